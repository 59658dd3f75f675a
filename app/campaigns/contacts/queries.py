"""Read who contacts firms, and who is in touch with one already, whatever the campaign and the administration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.campaigns.models import ContactEnding, FirmContact
from app.cases.models import Case, CaseMember, CaseState
from app.cases.queries import list_openable
from app.companies.models import Company, Establishment
from app.companies.queries import find_head_office
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.now import today, utcnow
from app.visits.models import Visit
from app.visits.policies import may_visit

#: a contact of longer ago is told on the page of the firm, and not before a call
LATELY = timedelta(days=90)
#: contacts of a firm, of an agent, and each kind of news before a call
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class InTouch:
    """Who, besides the reader, is in touch with a firm: contacts taken, contacts logged lately, open accompagnements."""

    contacts: Sequence[FirmContact]
    visits: Sequence[Visit]
    cases: Sequence[Case]

    def __bool__(self) -> bool:
        """Whether anybody is."""
        return bool(self.contacts or self.visits or self.cases)

    @property
    def token(self) -> str:
        """A digest of what there is, which a form bears to say what its reader was told."""
        known = [
            f"{kind}{row.id}"
            for kind, rows in (("c", self.contacts), ("v", self.visits), ("a", self.cases))
            for row in rows
        ]
        return sha256(" ".join(known).encode()).hexdigest()


def find_in_touch(session: Session, identity: Identity, siren: str) -> InTouch:
    """Return who else is in touch with a firm, in the reader's reach."""
    me = identity.agent_id
    since = utcnow() - LATELY
    taken = _contacts().where(
        FirmContact.siren == siren,
        FirmContact.agent_id != me,
        or_(
            FirmContact.ended_at.is_(None),
            and_(FirmContact.taken_at > since, FirmContact.ending != ContactEnding.CANCELLED),
        ),
    )
    visits = select(Visit).options(joinedload(Visit.author)).where(
        Visit.siren == siren, Visit.author_id != me, Visit.visited_on > today() - LATELY
    )  # fmt: skip
    mine = exists().where(
        CaseMember.case_id == Case.id, CaseMember.agent_id == me, CaseMember.left_at.is_(None)
    )
    cases = select(Case).where(Case.siren == siren, Case.state != CaseState.TERMINE, ~mine)
    latest = (FirmContact.taken_at.desc(), FirmContact.id.desc())
    by_day = (Visit.visited_on.desc(), Visit.id.desc())
    return InTouch(
        contacts=session.scalars(taken.order_by(*latest).limit(SHOWN)).all(),
        visits=session.scalars(visits.order_by(*by_day).limit(SHOWN)).all(),
        cases=session.scalars(cases.order_by(Case.id).limit(SHOWN)).all(),
    )


def get_contact(session: Session, _identity: Identity, contact_id: int) -> FirmContact:
    """Return a contact with its campaign and its firm; raise `NotFoundError` where the reader reads no such campaign."""
    whole = _contacts().options(joinedload(FirmContact.campaign), joinedload(FirmContact.company))
    contact = session.scalar(whole.where(FirmContact.id == contact_id))
    if contact is None or contact.campaign is None:
        raise NotFoundError
    return contact


def list_of_firm(session: Session, _identity: Identity, siren: str) -> Sequence[FirmContact]:
    """Return the last contacts that anybody took with a firm, latest first."""
    latest = (FirmContact.taken_at.desc(), FirmContact.id.desc())
    statement = _contacts().where(FirmContact.siren == siren).order_by(*latest)
    return session.scalars(statement.limit(SHOWN)).all()


def is_being_contacted(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: somebody took a contact with the firm of the row, and has not said what it gave; marks and filters lists."""
    return exists().where(FirmContact.siren == siren, FirmContact.ended_at.is_(None))


def list_mine(session: Session, identity: Identity, *, limit: int) -> Sequence[FirmContact]:
    """Return the contacts that the agent took and of which nothing is said yet, the oldest first."""
    mine = select(FirmContact).options(joinedload(FirmContact.company))
    mine = mine.where(FirmContact.agent_id == identity.agent_id, FirmContact.ended_at.is_(None))
    return session.scalars(mine.order_by(FirmContact.taken_at, FirmContact.id).limit(limit)).all()


def list_places(session: Session, identity: Identity, company: Company) -> list[Establishment]:
    """Return the establishments where the agent may log a contact with a firm, its head office first."""
    seat = find_head_office(session, identity, company.siren)
    places = {
        place.siret: place
        for place in [seat, *list_openable(session, identity, company.siren)]
        if place
    }
    return [place for place in places.values() if may_visit(identity, place)]


def _contacts() -> Select[FirmContact]:
    return select(FirmContact).options(joinedload(FirmContact.agent))
