"""What was typed, turned into subjects, a firm and a commune; what cannot be is said on its field, all at once, and nothing is lost."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session
from stdnum import luhn
from stdnum.fr import siret

from app.core.errors import DomainError
from app.core.web.form_pages import refuse
from app.core.web.forms import choices, number_or_none
from app.referrals.areas.gazetteer import WRITTEN, Area, AreaKind, gazetteer
from app.referrals.guichet.door import queries
from app.referrals.guichet.door.forms import DoorForm
from app.referrals.guichet.door.queries import AskedRequest, DoorFirm, Offer
from app.referrals.needs.models import LONGEST_NAME

SIREN, SIRET = 9, 14
#: a number of this many digits is a mistyped one, fewer may be a name
NUMBERS = range(7, 30)
#: communes shown for what was typed
SHOWN = 12
NO_SUBJECT = "Cochez au moins un besoin."
NO_FIRM = "Donnez le numéro Siren de votre entreprise, ou son nom."
BAD_LENGTH = "Un Siren a 9 chiffres, un Siret en a 14 : vous en avez tapé {}. Vérifiez-le, ou tapez le nom."  # fmt: skip
BAD_NUMBER = "Ce numéro n’existe pas : un chiffre est faux. Vérifiez-le, ou tapez le nom."
UNKNOWN = "Nous ne trouvons pas ce numéro. S’il est juste, donnez le nom de l’entreprise : votre demande partira quand même."  # fmt: skip
CLOSED = "« {} » est fermée, d’après le répertoire Sirene. Donnez le numéro de l’entreprise que vous dirigez aujourd’hui."  # fmt: skip
NOBODY = "Aucune entreprise de ce nom. Vérifiez-le, ou tapez son numéro Siren : il est sur vos factures."  # fmt: skip
CHOOSE = "Choisissez la vôtre ci-dessous, ou tapez son numéro Siren."
LONG = f"Raccourcissez : {LONGEST_NAME} caractères au plus."
NO_COMMUNE = "Donnez la commune : c’est là que nous cherchons un conseiller."
NO_SUCH = "Nous ne connaissons pas cette commune : vérifiez son nom, ou donnez son code postal."
WHICH = "Plusieurs communes répondent : choisissez la vôtre ci-dessous."
MANY = "Trop de communes répondent : tapez le nom en entier."
MERGED = "{} fait maintenant partie de {} : c’est là que nous cherchons un conseiller."

Result = TypeVar("Result")


def resolve(
    session: Session, form: DoorForm, offers: Sequence[Offer], *, search: Callable[[], None]
) -> AskedRequest | None:
    """Return what the first page asks; `None` with errors on its fields. ``search`` is called before a name is looked for.

    What is understood is written back in the fields, so that the next page carries it.
    """
    subjects = _tried(form, lambda: _subjects(form, offers))
    firm = _tried(form, lambda: _firm(session, form, search))
    commune = _tried(form, lambda: _commune(form))
    if subjects is None or firm is None or commune is None:
        return None
    area, note = commune
    form.firm.data, form.firm_name.data, form.commune.data = firm.siren, firm.name, area.name
    form.siren.data, form.area.data = "", ""
    return AskedRequest(
        subjects=subjects, siren=firm.siren, firm_name=firm.name, commune=area, note=note
    )


def _tried(form: DoorForm, read: Callable[[], Result]) -> Result | None:
    try:
        return read()
    except DomainError as error:
        refuse(form, error)
        return None


def _subjects(form: DoorForm, offers: Sequence[Offer]) -> Sequence[Offer]:
    wanted = {number_or_none(said) for said in form.subjects.data or ()}
    chosen = [offer for offer in offers if offer.number in wanted]
    if not chosen:
        raise DomainError(NO_SUBJECT, field="subjects")
    return chosen


def _firm(session: Session, form: DoorForm, search: Callable[[], None]) -> DoorFirm:
    typed = form.firm.data or ""
    number = re.sub(r"[\s.\-]", "", typed)
    if not typed:
        raise DomainError(NO_FIRM, field="firm")
    if number.isascii() and number.isdigit() and len(number) in NUMBERS:
        return _numbered(session, form, number)
    search()
    found = queries.firms_named(session, typed[:LONGEST_NAME])
    chosen = next((firm for firm in found if firm.siren == form.siren.data), None)
    if chosen is not None:
        return _open(chosen)
    if not found:
        raise DomainError(NOBODY, field="firm")
    form.siren.choices = choices((firm.siren, _told(firm)) for firm in found)
    raise DomainError(CHOOSE, field="siren")


def _numbered(session: Session, form: DoorForm, number: str) -> DoorFirm:
    if len(number) not in (SIREN, SIRET):
        raise DomainError(BAD_LENGTH.format(len(number)), field="firm")
    siren = number[:SIREN]
    if not luhn.is_valid(siren) or (len(number) == SIRET and not siret.is_valid(number)):
        raise DomainError(BAD_NUMBER, field="firm")
    known = queries.find_firm(session, siren)
    if known is not None:
        return _open(known)
    name = " ".join((form.firm_name.data or "").split())
    if not name:
        raise DomainError(UNKNOWN, field="firm_name")
    if len(name) > LONGEST_NAME:
        raise DomainError(LONG, field="firm_name")
    return DoorFirm(siren=siren, name=name, commune="", is_active=True)


def _open(firm: DoorFirm) -> DoorFirm:
    if not firm.is_active:
        raise DomainError(CLOSED.format(firm.name), field="firm")
    return firm


def _told(firm: DoorFirm) -> str:
    place = f", {firm.commune}" if firm.commune else ""
    return f"{firm.name}{place} ({firm.siren})"


def _commune(form: DoorForm) -> tuple[Area, str]:
    typed = form.commune.data or ""
    if not typed:
        raise DomainError(NO_COMMUNE, field="commune")
    kinds = (AreaKind.COMMUNE, AreaKind.ARRONDISSEMENT)
    known = gazetteer()
    found = [area for area in known.matching(typed) if area.kind in kinds] or known.suggest(typed)
    chosen = next((area for area in found if area.code == form.area.data), None)
    if not found:
        raise DomainError(NO_SUCH, field="commune")
    if chosen is None and len(found) > SHOWN:
        raise DomainError(MANY, field="commune")
    if chosen is None and len(found) > 1:
        form.area.choices = choices((area.code, area.name) for area in found)
        raise DomainError(WHICH, field="area")
    area = chosen or found[0]
    written = WRITTEN.search(typed)
    code = written[1] if written else typed.strip().upper()
    is_merged = known.current(code) != code and area.code == known.current(code)
    return area, MERGED.format(typed, area.name) if is_merged else ""
