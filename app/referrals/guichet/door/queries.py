"""What the public door reads, as the system, of what is public: the subjects it offers, the name of a firm and whether it is open."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity, system_identity
from app.core.slots import Slot
from app.referrals.areas.gazetteer import Area
from app.referrals.directory.models import ReferralSubject, ReferralTheme

SYSTEM = system_identity("Guichet")
#: firms shown for a name
FOUND = 5

#: sirens of the firms of a name, best first, each step read by an index; provided by the search
by_name: Slot[Callable[[Session, Identity, str], Sequence[str]]] = Slot("firms by name")


@dataclass(frozen=True, kw_only=True)
class DoorFirm:
    """What Sirene says to everybody, and nothing else."""

    siren: str
    name: str
    commune: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A subject in the words of a head of firm."""

    number: int
    theme: str
    wording: str
    help: str


@dataclass(frozen=True, kw_only=True)
class AskedRequest:
    """What is asked, for which firm, where; ``note``: what is to be said of the commune."""

    subjects: Sequence[Offer]
    siren: str
    firm_name: str
    commune: Area
    note: str = ""


def list_offers(session: Session, among: Collection[int] = ()) -> Sequence[Offer]:
    """Return the subjects that have words for the public, by theme; ``among`` some of them, if any. For the system."""
    asked = (
        select(ReferralSubject.id, ReferralTheme.label, ReferralSubject.public_wording, ReferralSubject.public_help)
        .join(ReferralTheme, ReferralTheme.id == ReferralSubject.theme_id)
        .where(ReferralSubject.archived_at.is_(None), ReferralSubject.public_wording != "")
        .order_by(ReferralTheme.position, ReferralSubject.public_wording)
    )  # fmt: skip
    if among:
        asked = asked.where(ReferralSubject.id.in_(among))
    return [
        Offer(number=number, theme=theme, wording=wording, help=helping)
        for number, theme, wording, helping in session.execute(asked)
    ]


def find_firm(session: Session, siren: str) -> DoorFirm | None:
    """Return what everybody may know of a firm. For the system."""
    found = list(firms(session, [siren]))
    return found[0] if found else None


def firms_named(session: Session, typed: str) -> Sequence[DoorFirm]:
    """Return the first firms of a name, best first, closed ones too. For the system."""
    sirens = by_name.only(session, SYSTEM, typed)[:FOUND]
    known = {firm.siren: firm for firm in firms(session, sirens)}
    return [known[siren] for siren in sirens if siren in known]


def firms(session: Session, sirens: Collection[str]) -> Sequence[DoorFirm]:
    """Return what everybody may know of some firms: four columns of Sirene."""
    wanted = select(Company.siren, Company.name, Company.commune, Company.is_active)
    return [
        DoorFirm(siren=siren, name=name, commune=commune or "", is_active=is_active)
        for siren, name, commune, is_active in session.execute(
            wanted.where(Company.siren.in_(sirens))
        )
    ]
