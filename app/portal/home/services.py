"""Handle an alert from the home page, and undo it."""

from datetime import date, timedelta

from sqlalchemy import and_, case, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.detections.lists.queries import current_list_id
from app.network import services as network
from app.network.queries import find_follow
from app.portal.home import queries
from app.portal.home.models import HandledAlert, Postponement

GONE = "Cette entreprise n’est plus dans la liste en vigueur : il n’y a plus d’alerte à traiter."


def put_aside(
    session: Session, identity: Identity, company: Company, *, until: Postponement
) -> HandledAlert:
    """Put the alert of the firm aside for the agent alone; it comes back by itself."""
    return _handle(session, identity, company, days=until.days)


def follow(session: Session, identity: Identity, company: Company) -> HandledAlert:
    """Follow the firm, and be done with its alert; of a firm already followed, the alert is seen."""
    is_new = find_follow(session, identity, company.siren) is None
    if is_new:
        network.follow(session, identity, company)
    return _handle(session, identity, company, made_follow=is_new)


def undo(session: Session, identity: Identity, company: Company) -> None:
    """Bring the alert back as it was; do nothing when it was not handled."""
    handled = queries.find_handled(session, identity, company.siren)
    if handled is None:
        return
    if handled.made_follow:
        network.unfollow(session, identity, company)
    if handled.former_until is None:
        session.delete(handled)
    else:
        handled.until, handled.former_until, handled.made_follow = handled.former_until, None, False
    session.flush()
    _trace(session, identity, company, ends_on=None, undone=True)


def _handle(
    session: Session, identity: Identity, company: Company, *, days: int = 0, made_follow: bool = False
) -> HandledAlert:  # fmt: skip
    known = queries.find_handled(session, identity, company.siren)
    if known is None and not queries.is_listed(session, identity, company.siren):
        raise DomainError(GONE)
    until = today() + timedelta(days=days) if days else None
    statement = insert(HandledAlert).values(
        agent_id=identity.agent_id, siren=company.siren, list_id=current_list_id(),
        until=until, made_follow=made_follow, handled_at=utcnow(),
    )  # fmt: skip
    new = statement.excluded
    # The same act sent twice undoes as one: what the first did is not forgotten.
    is_same = and_(HandledAlert.list_id == new.list_id, HandledAlert.made_follow)
    was_back = HandledAlert.until <= today()
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["agent_id", "siren"],
            set_={
                "list_id": new.list_id,
                "until": new.until,
                "former_until": case((was_back, HandledAlert.until), else_=HandledAlert.former_until),
                "made_follow": or_(new.made_follow, is_same),
                "handled_at": new.handled_at,
            },
        )
    )  # fmt: skip
    _trace(session, identity, company, ends_on=until, undone=False)
    return session.get_one(HandledAlert, (identity.agent_id, company.siren), populate_existing=True)


def _trace(
    session: Session, identity: Identity, company: Company, *, ends_on: date | None, undone: bool
) -> None:
    event = journal.Event.ALERT_HANDLED
    journal.record(session, identity, event, siren=company.siren, ends_on=ends_on, undone=undone)
