"""Work outside requests: sending e-mails. Only units of work and calls."""

from app.core.database.unit_of_work import unit_of_work
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.messages import outbox


@does(Task.MAIL_SEND)
def send_mail(email_id: int) -> None:
    """Send an e-mail once; on an SMTP error, the worker tries again."""
    with unit_of_work(outbox.SYSTEM) as session:
        outbox.send(session, email_id)
