"""A sole trader who exercises their rights: the firm that is them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.models import Company, Establishment
from app.core.access.elevation import reading_as_system
from app.core.persons.index import MOST
from app.core.persons.places import HeldObject, PersonPlace
from app.core.persons.sought import Sought
from app.core.text.french import siret_fr
from app.search.models import CompanySearch
from scoring.data.perimeter_rule import rule
from scoring.dictionary.legal_categories import legal_category_label
from scoring.dictionary.naf import activity_label

#: firms of a name that are looked at: which of them are persons is asked of each
LOOKED_AT = 2_000
DIGITS = 9
REST = (
    "Procédures, effectifs et séries : par le relevé de traitement, que fait un agent de la zone."
)


def find(session: Session, _request_id: int, sought: Sought) -> Sequence[int]:
    """Return the firms so called that are natural persons, by the index of names, which everybody may read."""
    if not sought.is_named:
        return []
    words = func.to_tsquery("simple", " & ".join(sorted(sought.words)))
    called = select(CompanySearch.siren).where(CompanySearch.terms.bool_op("@@")(words))
    sirens = session.scalars(called.limit(LOOKED_AT)).all()
    persons = Company.legal_category.startswith(rule().natural_persons)
    with reading_as_system(session, reason="Droits d’un entrepreneur individuel"):
        found = select(Company.siren).where(Company.siren.in_(sirens), persons)
        return [int(siren) for siren in session.scalars(found.order_by(Company.siren).limit(MOST + 1))]  # fmt: skip


def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return firms: what is public of them, never a score."""
    seat = select(Establishment.address).where(Establishment.siren == Company.siren, Establishment.is_head_office)  # fmt: skip
    found = select(Company, seat.limit(1).scalar_subquery()).where(
        Company.siren.in_([f"{number:0{DIGITS}d}" for number in numbers])
    )
    return [_held(company, address) for company, address in session.execute(found.order_by(Company.siren))]  # fmt: skip


PLACE = PersonPlace(
    kind="company", label="Entrepreneurs individuels", read=read, find=find,
    whom="l’Insee, pour ce que dit Sirene ; un agent de la zone, pour le reste",
    retained="Données publiques de Sirene, reprises à chaque import : la rectification et la diffusion partielle se demandent à l’Insee.",
)  # fmt: skip


def _held(company: Company, address: str | None) -> HeldObject:
    town = " ".join(part for part in (address, company.commune) if part)
    return HeldObject(
        object_id=int(company.siren), title=f"Entreprise {siret_fr(company.siren)}", day=company.created_on,
        own={
            "Nom": company.name, "Forme": legal_category_label(company.legal_category) or "", "Adresse": town,
            "Activité": activity_label(company.naf) or "", "En activité": "oui" if company.is_active else "non", "Le reste": REST,
        },
    )  # fmt: skip
