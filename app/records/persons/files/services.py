"""Ask for the file of a person; forget those that were kept long enough."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.records.persons.finding import queries as findings
from app.records.persons.models import PersonFile, PersonRequest
from app.records.persons.services import CLOSED, NO_PROOF

NOTHING = "Rien n’est encore reconnu comme ses données : cherchez la personne, puis cochez ce qui est à elle."


def ask(session: Session, identity: Identity, request: PersonRequest) -> PersonFile:
    """Write that a file is wanted and defer its making, in one transaction. Raise `DomainError` when there is nothing to put in it."""
    if not request.is_open:
        raise DomainError(CLOSED)
    if request.proof is None:
        raise DomainError(NO_PROOF)
    if not findings.list_findings(session, identity, request):
        raise DomainError(NOTHING)
    file = PersonFile(request_id=request.id, asked_by=identity.agent_id)
    session.add(file)
    session.flush()
    journal.record(
        session, identity, Event.PERSON_FILE_ASKED, person_request=request.id, person_file=file.id
    )
    lock = f"persons:file:{file.id}"
    defer(session, Task.PERSONS_FILE, queueing_lock=lock, file_id=file.id)
    return file


def forget(session: Session) -> None:
    """Delete the files that were kept long enough, and what was typed in searches that the journal forgot. For the system."""
    session.execute(delete(PersonFile).where(PersonFile.expires_at <= utcnow()))
    session.execute(select(func.vigie_person_forget()))
