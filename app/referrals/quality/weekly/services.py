"""Write the e-mail of a week, once; stop it, from the page or from the e-mail, and take it up again."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.front.addresses import address_of
from app.core.now import day_of, today, utcnow
from app.core.text.french import counted_fr
from app.core.working_days import worked_days
from app.messages import outbox
from app.messages.letters import Letter, Link, Part
from app.messages.stops.links import Regular, ToStop, address_to_stop
from app.messages.stops.providers import Stoppable
from app.messages.stops.services import SYSTEM
from app.referrals.needs.models import Referral
from app.referrals.needs.putting import department_of
from app.referrals.quality.models import AntenneSilence
from app.referrals.quality.weekly import queries

SUBJECT = "Besoins d’entreprises : ce qui attend dans votre antenne"
NAME = "Le courriel du lundi sur ce qui attend dans vos antennes"
#: needs that an e-mail names
NAMED = 10


def monday() -> date:
    """Return the Monday of this week."""
    day = today()
    return day - timedelta(days=day.weekday())


def tell(session: Session, agent_id: int, week: date) -> bool:
    """Write to whoever keeps antennes what waits there, once a week; whether it was written. For the system."""
    waiting = queries.list_waiting(session, agent_id)
    if not waiting:
        return False
    key = f"antennes:{week.isoformat()}:{agent_id}"
    return outbox.post(session, agent_id=agent_id, key=key, letter=_letter(agent_id, waiting)) is not None  # fmt: skip


def hush(session: Session, identity: Identity) -> None:
    """Receive it no more."""
    values = {"agent_id": identity.agent_id, "since": utcnow()}
    session.execute(insert(AntenneSilence).values(**values).on_conflict_do_nothing())
    journal.record(session, identity, journal.Event.ANTENNE_MAIL_CHANGED, choice="sans courriel")


def listen(session: Session, identity: Identity) -> None:
    """Receive it again."""
    session.execute(delete(AntenneSilence).where(AntenneSilence.agent_id == identity.agent_id))
    session.expire_all()
    journal.record(session, identity, journal.Event.ANTENNE_MAIL_CHANGED, choice="avec courriel")


def waited(referral: Referral) -> int:
    """Return for how many working days of its antenne a need has waited."""
    department = department_of(referral.need, referral.expert.antenne.areas)
    sent = day_of(referral.sent_at)
    return sum(1 for _ in worked_days(sent, today(), department=department))


def _letter(agent_id: int, waiting: Sequence[Referral]) -> Letter:
    more = len(waiting) - NAMED
    count = counted_fr(len(waiting), "besoin")
    said = (
        f"{count} sans réponse dans vos antennes. Le plus ancien attend depuis {_days(waiting[0])}."
    )
    parts = [Part(text=said)]
    parts += [_part(each) for each in waiting[:NAMED]]
    if more > 0:
        parts.append(Part(text=f"Et {counted_fr(more, 'autre')}, dans Vigie."))
    stop = address_to_stop(ToStop(agent_id=agent_id, regular=[Regular.ANTENNES]))
    return Letter(
        subject=SUBJECT,
        parts=parts,
        action=Link(label="Voir les besoins", url=address_of("needs.index")),
        closing="Ce courriel vient une fois par semaine, s’il y a quelque chose à dire.",
        opt_out=Link(label="Ne plus le recevoir", url=stop),
        one_click_url=stop,
    )


def _part(referral: Referral) -> Part:
    subject, antenne = referral.need.subject.label, referral.expert.antenne.name
    return Part(
        text=f"{antenne} : « {subject} », depuis {_days(referral)}.",
        link=Link(
            label="Voir ce besoin", url=address_of("needs.show", need_id=referral.need_id)
        ),
    )  # fmt: skip


def _days(referral: Referral) -> str:
    count = waited(referral)
    return f"{count} jour{'s' if count > 1 else ''} ouvré{'s' if count > 1 else ''}"


def _list_running(session: Session, asked: ToStop) -> list[str]:
    if Regular.ANTENNES not in asked.regular:
        return []
    return [] if session.get(AntenneSilence, asked.agent_id) else [NAME]


def _stop(session: Session, asked: ToStop) -> None:
    if not _list_running(session, asked):
        return
    values = {"agent_id": asked.agent_id, "since": utcnow()}
    session.execute(insert(AntenneSilence).values(**values).on_conflict_do_nothing())
    session.expire_all()
    journal.record(
        session, SYSTEM, journal.Event.ANTENNE_MAIL_CHANGED, choice="sans courriel", agent_id=asked.agent_id
    )  # fmt: skip


STOPPABLE = Stoppable(list_running=_list_running, stop=_stop)
