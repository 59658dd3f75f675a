"""Work outside requests: sending e-mails. Only units of work and calls."""

from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.messages import outbox


@does(Task.MAIL_SEND)
def send_mail(email_id: int) -> None:
    """Try to send an e-mail, if it is still to be sent; when to try again is written in its row."""
    with unit_of_work(outbox.SYSTEM) as session:
        begun = outbox.begin(session, email_id)
    if begun is None:
        return
    refusal = outbox.hand_over(*begun)
    with unit_of_work(outbox.SYSTEM) as session:
        outbox.settle(session, email_id, refusal)


@does(Task.MAIL_DUE)
def ask_due() -> None:
    """Queue the e-mails whose next attempt has come: whatever became of the task of the former one."""
    with unit_of_work(outbox.SYSTEM) as session:
        outbox.ask_due(session)
