"""Tell of what waits, each thing once: the line that says so and what tells it are written together, or neither is."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.front.addresses import address_of, path_to
from app.core.now import PARIS, today, utcnow
from app.core.text.french import date_fr
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.core.working_days import is_worked
from app.messages import bell, outbox
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.referrals.needs import queries as needs
from app.referrals.needs import telling
from app.referrals.needs.models import Referral, ReferralState
from app.referrals.reminders import days, queries
from app.referrals.reminders.models import ReferralReminder, ReminderKind

FOR_TEAM = "Adressez chacun à un expert, ou retirez-le : personne d’autre ne le fera."
NO_ANSWER = "Sans réponse dans le délai."
#: which state each reminder is about, and its subject
ABOUT = {
    ReminderKind.EXPERT: (ReferralState.TO_TREAT, "Un besoin d’entreprise attend votre réponse"),
    ReminderKind.MANAGERS: (ReferralState.TO_TREAT, "Un besoin adressé à votre antenne reste sans réponse"),
    ReminderKind.EXPERT_TO_CLOSE: (ReferralState.TAKEN, "Dites ce qu’a donné un besoin que vous avez pris en charge"),
    ReminderKind.MANAGERS_TO_CLOSE: (ReferralState.TAKEN, "Un besoin pris en charge par votre antenne n’est pas terminé"),
    ReminderKind.TEAM_TO_CLOSE: (ReferralState.TAKEN, "Un besoin pris en charge n’est pas terminé"),
}  # fmt: skip
TO_MANAGERS = (ReminderKind.MANAGERS, ReminderKind.MANAGERS_TO_CLOSE)


def remind(session: Session, system: Identity, referral_id: int, kind: ReminderKind) -> bool:
    """Tell of a referral that waits, unless it was told or waits no more; whether it was told now. For the system."""
    need = needs.hold_need(session, needs.need_of(session, referral_id))
    referral = next(each for each in need.referrals if each.id == referral_id)
    if referral.state is not ABOUT[kind][0] or not _note(session, referral, kind):
        return False
    if kind in days.OWN and referral.expert.agent_id is None:
        for write in telling.remind_outside:
            write(session, referral)
    else:
        _tell(session, referral, kind)
    journal.record(
        session, system, journal.Event.NEED_REMINDED, siren=need.solicitation.siren, need=need.id,
        referral=referral_id, kind=kind.value,
    )  # fmt: skip
    return True


def tell_team(session: Session) -> int:
    """Tell the team, once a working day, how many needs have nobody; return that count. For the system."""
    count, day = queries.count_without_expert(session), today()
    if not count or not is_worked(day, department=""):
        return 0
    subject = f"{count} besoin{'s' if count > 1 else ''} d’entreprise sans expert"
    letter = Letter(
        subject=subject,
        parts=[Part(text=FOR_TEAM)],
        action=Link(label="Voir ces besoins", url=address_of("needs.index", vue="sans_expert")),
    )
    for agent_id in queries.list_team(session):
        key = f"needs:nobody:{day.isoformat()}:{agent_id}"
        path = path_to("needs.index", vue="sans_expert")
        bell.announce(
            session, agent_id=agent_id, key=key, subject=subject, path=path, reason=Reason.CONCERNED
        )
        outbox.post(session, agent_id=agent_id, key=key, letter=letter)
    return count


def ask_to_pass_on(session: Session) -> None:
    """Have what those who left the directory had to do go to others, soon; see `directory.leaving`."""
    defer(session, Task.NEEDS_PASS_ON, queueing_lock=Task.NEEDS_PASS_ON.value)


def _note(session: Session, referral: Referral, kind: ReminderKind) -> bool:
    values = {
        "referral_id": referral.id, "version": referral.version, "kind": kind, "sent_at": utcnow(),
    }  # fmt: skip
    written = insert(ReferralReminder).values(**values).on_conflict_do_nothing()
    return session.scalar(written.returning(ReferralReminder.id)) is not None


def _tell(session: Session, referral: Referral, kind: ReminderKind) -> None:
    for agent_id in _readers(session, referral, kind):
        telling.tell_agent(
            session, agent_id, referral.need, key=f"referral:{referral.id}:{kind.value}:{referral.version}:{agent_id}",
            subject=ABOUT[kind][1], text=_said(referral),
        )  # fmt: skip


def _readers(session: Session, referral: Referral, kind: ReminderKind) -> Sequence[int]:
    """Who is told; the team, of an antenne that nobody keeps."""
    if kind in days.OWN:
        return [referral.expert.agent_id] if referral.expert.agent_id else []
    if kind in TO_MANAGERS:
        return queries.list_managers(session, referral.expert.antenne_id) or queries.list_team(session)  # fmt: skip
    return queries.list_team(session)


def _said(referral: Referral) -> str:
    subject = f"Sujet : {referral.need.subject.label}."
    if referral.state is ReferralState.TO_TREAT:
        return f"{subject} Envoyé le {date_fr(referral.sent_at.astimezone(PARIS))}, à répondre d’ici au {date_fr(referral.answer_by)}."
    taken = date_fr(referral.taken_at.astimezone(PARIS)) if referral.taken_at else ""
    return f"{subject} Pris en charge le {taken} : dites ce que cela a donné, même si rien n’était possible."
