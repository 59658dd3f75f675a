"""Writing an e-mail in the transaction that calls for it, and sending it: begun, handed over, settled.

An attempt is written down before the server is spoken to, in a transaction of its own, and settled in another: no lock is held
meanwhile. A process that dies in between leaves an attempt without outcome, which the server may have taken: it is tried once
more, under the same Message-ID, then given up to somebody's judgement. So there is one duplicate at most.
"""

from collections.abc import Callable, Collection
from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.database.tables import current_moment
from app.core.now import utcnow
from app.core.slots import Slot
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages import alarms, smtp
from app.messages.letters import Letter, render
from app.messages.models import Email
from app.messages.smtp import Refusal

SYSTEM = system_identity("Courriels")

#: how long after each failed attempt the next one comes: three days in all
DELAYS = (
    *(timedelta(minutes=count) for count in (1, 2, 5, 15, 30)),
    *(timedelta(hours=count) for count in (1, 2, 4)),
    *[timedelta(hours=6)] * 11,
)
#: an attempt older than this will never say its outcome: no exchange with a server lasts as long
LEASE = timedelta(minutes=10)
#: e-mails asked for at a time
AT_ONCE = 500
GONE = "Le compte est fermé : il n’y a personne à qui l’envoyer."
INTERRUPTED = (
    "L’envoi a été interrompu deux fois avant que le serveur réponde : le courriel est peut-être"
    " arrivé. Renvoyez-le si l’agent ne l’a pas reçu."
)

#: the e-mail address of an agent, ``None`` when the account is closed; provided by accounts
address_of: Slot[Callable[[Session, int], str | None]] = Slot("address of an agent")
#: called once the server refused for good the address of an e-mail, in the transaction that says so
refused: Slot[Callable[[Session, Email], None]] = Slot("what follows an address that is refused")
#: called once an e-mail was taken by the server or given up, in the transaction that says so
settled: Slot[Callable[[Session, Email], None]] = Slot("what follows an e-mail taken or given up")


def post(session: Session, *, agent_id: int, key: str, letter: Letter) -> int | None:
    """Write an e-mail to an agent and queue it; return its id, ``None`` if ``key`` was already used.

    ``session`` must act for the system.
    """
    return _write(session, key=key, letter=letter, agent_id=agent_id)


def post_to(session: Session, *, address: str, key: str, letter: Letter) -> int | None:
    """The same, to an address without an account: what it says must be of use to nobody else."""
    return _write(session, key=key, letter=letter, address=address)


def _write(session: Session, *, key: str, letter: Letter, **recipient: object) -> int | None:
    text, html = render(letter)
    moment = utcnow()
    statement = insert(Email).values(
        **recipient, dedup_key=key, created_at=moment, due_at=moment,
        subject=letter.subject, body_text=text, body_html=html, one_click_url=letter.one_click_url,
    )  # fmt: skip
    statement = statement.on_conflict_do_nothing(index_elements=["dedup_key"])
    email_id = session.scalar(statement.returning(Email.id))
    if email_id is not None:
        _ask(session, email_id)
    return email_id


def ask_due(session: Session) -> int:
    """Queue every e-mail whose time has come; return how many were not queued yet."""
    due = select(Email.id).where(*_is_free()).order_by(Email.due_at, Email.id).limit(AT_ONCE)
    return sum(_ask(session, email_id) for email_id in session.scalars(due).all())


def begin(session: Session, email_id: int) -> tuple[Email, str] | None:
    """Begin an attempt: the e-mail and its recipient's address; ``None`` when there is nothing to send now."""
    free = select(Email).where(Email.id == email_id, *_is_free())
    email = session.scalar(free.with_for_update(skip_locked=True))
    if email is None:
        return None
    if email.attempted_at is not None:
        email.interruptions += 1
    recipient = _recipient(session, email)
    if recipient is None:
        _give_up(session, email, GONE)
        return None
    if email.interruptions > 1:
        alarms.tell_given_up(session)
        _give_up(session, email, INTERRUPTED)
        return None
    email.attempts, email.attempted_at = email.attempts + 1, utcnow()
    session.flush()
    # Read once the transaction is over.
    session.expunge(email)
    return email, recipient


def hand_over(email: Email, recipient: str) -> Refusal | None:
    """Hand the e-mail to the server, outside any transaction; return why it was not taken, ``None`` when it was."""
    return smtp.send(current_app.config["VIGIE"], email, recipient=recipient)


def settle(session: Session, email_id: int, refusal: Refusal | None) -> None:
    """Write down the outcome of an attempt: taken, to be tried again later, or given up."""
    email = session.get_one(Email, email_id, with_for_update=True, populate_existing=True)
    if email.due_at is None:
        return
    if refusal is None:
        email.sent_at, email.due_at, email.attempted_at = utcnow(), None, None
        email.trouble = None
        _tell(session, email)
    elif refusal.is_final or email.attempts > len(DELAYS):
        alarms.tell_given_up(session)
        _give_up(session, email, refusal.told)
        if refusal.is_of_address:
            _refuse(session, email)
    else:
        email.due_at = utcnow() + DELAYS[email.attempts - 1]
        email.attempted_at, email.trouble = None, refusal.told
        session.flush()
        alarms.tell_delayed(session, email)


def revive(session: Session, email: Email) -> None:
    """Try an e-mail again, now, as if it had just been written. ``session`` must act for the system."""
    email.due_at, email.given_up_at, email.attempted_at = utcnow(), None, None
    email.attempts, email.interruptions = 0, 0
    session.flush()
    _ask(session, email.id)


def empty(session: Session, numbers: Collection[int]) -> None:
    """Keep nothing of what some e-mails said, and send no more those that were to be: what they bear is of no use any more.

    Nobody is asked to try them again. ``session`` must act for the system.
    """
    is_sent = Email.sent_at.is_not(None)
    values = {
        "body_text": "", "body_html": "", "due_at": None, "attempted_at": None, "trouble": None,
        "given_up_at": case((is_sent, None), else_=utcnow()),
    }  # fmt: skip
    session.execute(
        update(Email).where(Email.id.in_(numbers)).values(**values),
        execution_options={"synchronize_session": "fetch"},
    )


def _recipient(session: Session, email: Email) -> str | None:
    return email.address or (address_of.only(session, email.agent_id) if email.agent_id else None)


def _ask(session: Session, email_id: int) -> bool:
    lock = f"mail:{email_id}"
    return defer(session, Task.MAIL_SEND, queueing_lock=lock, email_id=email_id)


def _is_free() -> tuple[ColumnElement[bool], ...]:
    """It is time, and no attempt is going on. A time that no delay leads to comes from a clock that was ahead: it is over too."""
    moment = current_moment()
    is_due = or_(Email.due_at <= moment, Email.due_at > moment + max(DELAYS) + LEASE)
    is_over = or_(
        Email.attempted_at.is_(None),
        Email.attempted_at <= moment - LEASE,
        Email.attempted_at > moment + LEASE,
    )
    return (is_due, is_over)


def _give_up(session: Session, email: Email, told: str) -> None:
    email.given_up_at, email.due_at, email.attempted_at = utcnow(), None, None
    email.trouble = told
    _tell(session, email)


def _refuse(session: Session, email: Email) -> None:
    for listener in refused:
        listener(session, email)


def _tell(session: Session, email: Email) -> None:
    session.flush()
    for listener in settled:
        listener(session, email)
