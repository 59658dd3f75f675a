"""Areas and codes as people type them, in a form or in a file: read, or refused with what to write instead."""

import re
from collections.abc import Iterable, Sequence

from app.core.errors import DomainError
from app.referrals.areas.gazetteer import Area, AreaKind, gazetteer

BETWEEN = " ; "
#: areas of one name that a refusal tells
NAMED = 12
UNKNOWN = (
    "« {} » n’est pas un territoire connu : donnez un code (21, R27, FR, 21231, le siren d’un EPCI) ou le nom"
    " d’une commune."
)
SEVERAL = "« {} » désigne plusieurs territoires : {}. Écrivez l’un d’eux, avec son code entre parenthèses."
NO_COMMUNE = (
    "« {} » n’est pas une commune connue : vérifiez son nom, ou donnez son code Insee ou postal."
)
BAD_NAF = "« {} » n’est pas un début de code NAF : écrivez par exemple 25, 2550 ou 25.50A."
BAD_LEGAL = "« {} » n’est pas un début de catégorie juridique : écrivez par exemple 57 ou 5710."
_NAF = re.compile(r"\d{2}(\d{1,2}[A-Z]?)?")
_LEGAL = re.compile(r"\d{1,4}")


def areas_of(text: str | None, *, field: str) -> list[str]:
    """Return the codes of the areas that a text names, each once; one that was merged is what it became."""
    codes = [_area_of(part, field).code for part in _parts(text, ";\n")]
    return list(dict.fromkeys(codes))


def commune_of(text: str, *, field: str) -> Area:
    """Return the commune, or the arrondissement, that a text names; raise `DomainError` for none or several."""
    kinds = (AreaKind.COMMUNE, AreaKind.ARRONDISSEMENT)
    found = [area for area in gazetteer().matching(text) if area.kind in kinds]
    return _only(found, text, field, unknown=NO_COMMUNE)


def written_areas(codes: Iterable[str]) -> str:
    """Return areas as `areas_of` reads them."""
    return BETWEEN.join(area_name(code) for code in codes)


def area_name(code: str) -> str:
    """Return the name of an area and its code; the code alone when nobody knows it any more."""
    area = gazetteer().find(code)
    return code if area is None else f"{area.label} ({area.code})"


def naf_of(text: str | None, *, field: str) -> tuple[str, ...]:
    """Return beginnings of NAF codes, without dots."""
    return _codes(text, field, _NAF, BAD_NAF)


def legal_of(text: str | None, *, field: str) -> tuple[str, ...]:
    """Return beginnings of legal categories."""
    return _codes(text, field, _LEGAL, BAD_LEGAL)


def _area_of(part: str, field: str) -> Area:
    return _only(gazetteer().matching(part), part, field, unknown=UNKNOWN)


def _only(found: Sequence[Area], text: str, field: str, *, unknown: str) -> Area:
    if not found:
        raise DomainError(unknown.format(text.strip()), field=field)
    if len(found) > 1:
        rest = [f"et {len(found) - NAMED} autres"] if len(found) > NAMED else []
        several = ", ".join([*(area.name for area in found[:NAMED]), *rest])
        raise DomainError(SEVERAL.format(text.strip(), several), field=field)
    return found[0]


def _codes(text: str | None, field: str, shape: re.Pattern[str], refusal: str) -> tuple[str, ...]:
    codes = []
    for part in _parts(text, ";,\n"):
        code = part.replace(".", "").upper()
        if not shape.fullmatch(code):
            raise DomainError(refusal.format(part), field=field)
        codes.append(code)
    return tuple(dict.fromkeys(codes))


def _parts(text: str | None, between: str) -> list[str]:
    return [part.strip() for part in re.split(f"[{between}]", text or "") if part.strip()]
