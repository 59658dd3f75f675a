"""Ask that a list be withdrawn or put back, and decide on what somebody else asked."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.core.text.bounds import MAX_LENGTH, require_motive
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.detections.models import DetectionList
from app.detections.withdrawals import queries
from app.detections.withdrawals.models import ListWithdrawal
from app.messages import bell

#: the namespace of the lock of a list
LOCK = 7_146_201
TOO_SHORT = "Dites en quelques mots pourquoi : les agents qui lisaient la liste le liront."
PENDING = "Une demande attend déjà une décision pour cette liste."
OWN = "Une autre personne que celle qui l’a demandé doit le décider."
DECIDED = "Cette demande est déjà décidée."
#: a firm that no other list opened is open no more, and the other way
CLOSE = """
delete from company_alert a using detection_entry e
where e.list_id = :list_id and a.siren = e.siren and a.first_on = :as_of and not exists (
    select from detection_entry o join detection_list l on l.id = o.list_id
    where o.siren = a.siren and l.published_at is not null and l.id <> :list_id
)
"""
#: a firm that another list holds was opened by that one: withdrawn in its turn, it opens nothing either
MOVE = """
update company_alert a set first_on = kept.first_on
from detection_entry e, lateral (
    select min(l.as_of) as first_on from detection_entry o join detection_list l on l.id = o.list_id
    where o.siren = e.siren and l.published_at is not null and l.id <> :list_id
) kept
where e.list_id = :list_id and a.siren = e.siren and a.first_on = :as_of and kept.first_on is not null
"""
OPEN = """
insert into company_alert (siren, first_on)
select e.siren, :as_of from detection_entry e join company c using (siren) where e.list_id = :list_id
on conflict (siren) do update set first_on = least(company_alert.first_on, excluded.first_on)
"""


def ask(session: Session, identity: Identity, of: DetectionList, *, reason: str) -> ListWithdrawal:
    """Ask that a published list be withdrawn, or that one withdrawn be put back. Raise `DomainError` while another request waits."""
    said = require_motive(reason, field="reason", limit=MAX_LENGTH, too_short=TOO_SHORT)
    take_turn(session, LOCK, of.id)
    if queries.is_asked(session, of.id):
        raise DomainError(PENDING)
    last = queries.find_last_accepted(session, of.id)
    if of.published_at is None and (last is None or last.is_return):
        raise DomainError("Cette liste n’est pas publiée : il n’y a rien à retirer.")
    asked = ListWithdrawal(
        list_id=of.id, as_of=of.as_of, is_return=of.published_at is None, reason=said,
        asked_by=identity.agent_id,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    journal.record(session, identity, Event.LIST_WITHDRAWAL_ASKED, list=of.id, withdrawal=asked.id)
    return asked


def decide(
    session: Session, identity: Identity, asked: ListWithdrawal, *, is_accepted: bool
) -> None:
    """Decide on what somebody else asked; accepted, it is done at once. Raise `DomainError` on one's own, or one decided."""
    take_turn(session, LOCK, asked.list_id)
    session.refresh(asked)
    if asked.decided_at is not None:
        raise DomainError(DECIDED)
    if asked.asked_by == identity.agent_id:
        raise DomainError(OWN)
    if is_accepted:
        _carry_out(session, identity, asked)
    asked.decided_by, asked.decided_at, asked.is_accepted = identity.agent_id, utcnow(), is_accepted
    session.flush()
    journal.record(
        session, identity, Event.LIST_WITHDRAWAL_DECIDED, list=asked.list_id, withdrawal=asked.id,
        choice="confirmé" if is_accepted else "refusé",
    )  # fmt: skip


def store_figures(session: Session) -> None:
    """Make the figures of the firms that lists opened again, as a publication does. For the system: it takes minutes at full size."""
    session.execute(text("select figures_stage('company_series_part_')"))
    session.execute(text("select figures_swap()"))


def _carry_out(session: Session, identity: Identity, asked: ListWithdrawal) -> None:
    last = queries.find_last_accepted(session, asked.list_id)
    values = {"list_id": asked.list_id, "as_of": asked.as_of}
    with writing_as_system(session, identity, reason=queries.WHY):
        of = session.get_one(DetectionList, asked.list_id)
        if asked.is_return:
            of.published_at = last.published_at if last else None
        else:
            asked.published_at, of.published_at = of.published_at, None
            # It leads to a page that nobody has any more; the list that replaces this one is announced in its turn.
            bell.settle(session, [of.news_key])
        session.flush()
        for statement in (OPEN,) if asked.is_return else (CLOSE, MOVE):
            session.execute(text(statement), values)
    # What is stored says which firms are open: it lets nobody read those that no longer are.
    defer(session, Task.DETECTIONS_FIGURES)
