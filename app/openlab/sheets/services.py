"""Count a week once, store its sheet, tell of it; ask to be told or not."""

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.now import today, utcnow
from app.core.text.french import date_fr
from app.messages import bell
from app.messages.models import Reason
from app.openlab.sheets import queries
from app.openlab.sheets.models import OpenlabSheet, OpenlabSilence

#: figures of a sheet that add up its table of contacts
OF_VISITS = {
    "sheet_contacts": "contacts",
    "sheet_answered": "answered",
    "sheet_confirmed": "confirmed",
    "sheet_denied": "denied",
}


def last_week() -> date:
    """Return the Monday of the last week that is over."""
    day = today()
    return day - timedelta(days=day.weekday() + 7)


def weeks_due(session: Session) -> list[date]:
    """Return the Mondays of the weeks that are over since the last sheet; of the last one alone before the first sheet."""
    last, built = last_week(), queries.find_last_week(session)
    ago = (last - built).days // 7 if built else 1
    return [last - timedelta(days=7 * each) for each in reversed(range(ago))]


def build(session: Session, identity: Identity, week: date) -> OpenlabSheet | None:
    """Count a week that is over and tell of it; `None` when its sheet is there already. For the system."""
    if queries.find_sheet(session, identity, week) is not None:
        return None
    visits, answers = queries.visits_of(session, week), queries.answers_of(session, week)
    content = {
        **{code: sum(row[name] for row in visits) for code, name in OF_VISITS.items()},
        "sheet_replies": sum(row["count"] for row in answers if not row["reason"]),
        **queries.box_of(session, week),
        "visits": visits,
        "answers": answers,
        "themes": queries.themes_of(session, week),
    }
    values = {"week": week, "content": content, "built_at": utcnow()}
    # Two workers may count the same week: the first one keeps it.
    made = session.scalar(
        insert(OpenlabSheet).values(**values).on_conflict_do_nothing().returning(OpenlabSheet.id)
    )
    if made is None:
        return None
    journal.record(session, identity, journal.Event.OPENLAB_SHEET_BUILT, openlab_sheet=made, day=week.isoformat())  # fmt: skip
    _announce(session, made, week)
    return session.get_one(OpenlabSheet, made)


def hush(session: Session, identity: Identity) -> None:
    """Be told of the sheets no more."""
    values = {"agent_id": identity.agent_id, "since": utcnow()}
    session.execute(insert(OpenlabSilence).values(**values).on_conflict_do_nothing())
    journal.record(session, identity, journal.Event.OPENLAB_TOLD, choice="sans annonce")


def listen(session: Session, identity: Identity) -> None:
    """Be told of them again."""
    session.execute(delete(OpenlabSilence).where(OpenlabSilence.agent_id == identity.agent_id))
    session.expire_all()
    journal.record(session, identity, journal.Event.OPENLAB_TOLD, choice="avec annonce")


def _announce(session: Session, sheet_id: int, week: date) -> None:
    path = path_to("openlab.sheet", sheet_id=sheet_id)
    subject = f"OpenLab : la semaine du {date_fr(week)}"
    for agent_id in queries.list_readers(session):
        bell.announce(
            session, agent_id=agent_id, key=f"openlab:{week.isoformat()}", subject=subject, path=path,
            reason=Reason.OPENLAB,
        )  # fmt: skip
