"""The API as OpenAPI 3.1: what tools read, and the French page that says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exchanges.api.presenters import LISTS
from app.exchanges.tokens.models import Scope

VERSION = "1.0.0"
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
MAYBE_TEXT, MAYBE_NUMBER = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
DAY, MAYBE_DAY = (
    {"type": "string", "format": "date"},
    {"type": ["string", "null"], "format": "date"},
)
MOMENT = {"type": "string", "format": "date-time"}
MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
CURSOR = {"type": ["string", "null"], "description": "à renvoyer dans « suite » ; absent à la fin"}


@dataclass(frozen=True, kw_only=True)
class ApiPath:
    """An address: what it gives, the scope that opens it, its parameters."""

    path: str
    summary: str
    scope: Scope
    schema: str
    query: Mapping[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_of_case(self) -> bool:
        """Whether it names an accompagnement."""
        return "{reference}" in self.path


NEXT = {"suite": ("le repère de la page suivante, tel que la précédente l’a donné", TEXT)}
SINCE = {
    "modifie_depuis": (
        "moment ISO 8601 avec son fuseau : ceux dont l’état, la criticité ou la qualification a changé depuis",
        MOMENT,
    )
}
OF_CASE = "/accompagnements/{reference}"


def paths() -> Sequence[ApiPath]:
    """Return the addresses, as they are documented."""
    return (
        ApiPath(
            path="/accompagnements",
            summary="Les accompagnements auxquels vous participez, cent par page",
            scope=Scope.CASES,
            schema="Accompagnements",
            query={**SINCE, **NEXT},
        ),
        ApiPath(path=OF_CASE, summary="L’un d’eux", scope=Scope.CASES, schema="Accompagnement"),
        ApiPath(
            path=f"{OF_CASE}/echeances",
            summary="Ses échéances que vous lisez",
            scope=Scope.DEADLINES,
            schema="Echeances",
            query=NEXT,
        ),
        ApiPath(
            path=f"{OF_CASE}/visites",
            summary="Les contacts et visites de son entreprise ; la note est nulle si elle n’est pas pour vos réseaux",
            scope=Scope.VISITS,
            schema="Visites",
            query=NEXT,
        ),
        ApiPath(
            path=f"{OF_CASE}/commentaires",
            summary="Les commentaires que vous lisez sur son entreprise",
            scope=Scope.COMMENTS,
            schema="Commentaires",
            query=NEXT,
        ),
        ApiPath(
            path="/changements",
            summary="Ce qui s’est passé depuis un numéro, une minute après : quoi, quand, par qui, sans les textes",
            scope=Scope.CHANGES,
            schema="Changements",
            query={"apres": ("le numéro du dernier changement lu ; 0 pour le début", NUMBER)},
        ),
    )


def document() -> dict[str, Any]:
    """Return the description of the API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigie",
            "version": VERSION,
            "summary": "Lecture, par l’outil d’une administration, des accompagnements d’un agent.",
            "description": "Un jeton lit ce que son agent lit au moment de la demande, dans ses portées. Aucun chiffre confidentiel.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"jeton": []}],
        "paths": {each.path: {"get": _operation(each)} for each in paths()},
        "components": {
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS,
        },
    }


REFERENCE = {
    "name": "reference",
    "in": "path",
    "required": True,
    "description": "l’identifiant, par exemple ACC-1234-4",
    "schema": TEXT,
}
REFUSALS = {
    "401": "jeton absent, expiré, révoqué, ou agent sans droits",
    "403": "portée absente",
    "429": "trop de lectures",
}


def _operation(each: ApiPath) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "query", "required": False, "description": said, "schema": schema}
        for name, (said, schema) in each.query.items()
    ]
    refusals = dict(REFUSALS)
    if each.is_of_case:
        parameters.append(REFERENCE)
        refusals["404"] = "pas un accompagnement de l’agent"
    return {
        "summary": each.summary,
        "description": f"Portée : {each.scope.value}.",
        "parameters": parameters,
        "responses": {
            "200": {"description": "lu", "content": _json(each.schema)},
            "304": {"description": "rien n’a changé (If-None-Match)"},
            **{
                code: {"description": said, "content": _json("Refus")}
                for code, said in refusals.items()
            },
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": _of(schema)}}


def _of(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(schema: str) -> dict[str, Any]:
    return {"type": "array", "items": _of(schema)}


def _maybe(schema: str) -> dict[str, Any]:
    return {"anyOf": [_of(schema), {"type": "null"}]}


SCHEMAS: Mapping[str, Any] = {
    "Code": _object(code=TEXT, libelle=TEXT),
    "Personne": _object(nom=TEXT, administration=TEXT),
    "Refus": _object(code=NUMBER, message=TEXT),
    "Qualification": _object(**dict.fromkeys(LISTS, _list("Code"))),
    "Accompagnement": _object(
        identifiant=TEXT, siren=TEXT, siret=TEXT, raison_sociale=TEXT, commune=MAYBE_TEXT, departement=TEXT,
        etat=_of("Code"), criticite=_of("Code"), referents=_list("Personne"), ouvert_le=DAY, termine_le=MAYBE_DAY,
        issue=_maybe("Code"), dernieres_nouvelles_le=DAY, modifie_le=MOMENT, qualification=_of("Qualification"),
    ),
    "Accompagnements": _object(accompagnements=_list("Accompagnement"), suite=CURSOR),
    "Echeance": _object(
        numero=NUMBER, a_faire=TEXT, pour_le=DAY, etat=_of("Code"), reseau=TEXT, auteur=_of("Personne"),
        confiee_a=_of("Personne"), fixee_le=MOMENT, reglee_le=MAYBE_MOMENT,
    ),
    "Echeances": _object(accompagnement=TEXT, echeances=_list("Echeance"), suite=CURSOR),
    "Note": _object(
        reseau=TEXT, texte=TEXT, personnes_rencontrees=TEXT, prochaine_etape=TEXT, prochaine_etape_le=MAYBE_DAY,
    ),
    "Visite": _object(
        numero=NUMBER, siret=TEXT, le=DAY, moyen=_of("Code"), resultat=_of("Code"), verdict=_maybe("Code"),
        difficulte=_maybe("Code"), gravite=MAYBE_NUMBER, participants=_list("Personne"), note=_maybe("Note"),
    ),
    "Visites": _object(accompagnement=TEXT, visites=_list("Visite"), suite=CURSOR),
    "Commentaire": _object(
        numero=NUMBER, texte=TEXT, reseau=TEXT, auteur=_of("Personne"), ecrit_le=MOMENT, modifie_le=MAYBE_MOMENT,
        repond_a=MAYBE_NUMBER,
    ),
    "Commentaires": _object(accompagnement=TEXT, commentaires=_list("Commentaire"), suite=CURSOR),
    "Changement": _object(
        numero=NUMBER, le=MOMENT, quoi=TEXT, siren=TEXT, accompagnement=MAYBE_TEXT, objet=TEXT, objet_numero=MAYBE_NUMBER,
        auteur=_maybe("Personne"),
    ),
    "Changements": _object(changements=_list("Changement"), dernier=NUMBER),
}  # fmt: skip
