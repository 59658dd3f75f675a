"""The file of a person: a ZIP of a document and of the same as data, written once, kept for some days."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import told
from app.core.journal import Event
from app.core.now import utcnow
from app.evidence.reports.documents.pdf_file import pdf_of
from app.records.persons import queries
from app.records.persons.files.content import Objects, data_of, document_of
from app.records.persons.finding import queries as findings
from app.records.persons.finding.extracts import Names
from app.records.persons.models import PersonFile, PersonRequest

ACTOR = system_identity("Dossiers d’accès")
#: how long the treating agent may download it
KEPT = timedelta(days=7)
ERROR_LENGTH = 2_000


def run(file_id: int) -> None:
    """Make a file that was asked for; do nothing for one that is made. An error is kept with it, and raised."""
    try:
        with unit_of_work(ACTOR) as session:
            _make(session, session.get_one(PersonFile, file_id))
    except Exception as error:
        with unit_of_work(ACTOR) as session:
            session.get_one(PersonFile, file_id).error = told(error)[:ERROR_LENGTH]
        raise


def _make(session: Session, file: PersonFile) -> None:
    if file.made_at is not None:
        return
    request = queries.get_request(session, ACTOR, file.request_id)
    found = findings.list_findings(session, ACTOR, request)
    read = findings.read_findings(session, found)
    objects = [read[key] for each in found if (key := (each.kind, each.object_id)) in read]
    content = zip_of(request, objects, findings.list_names(session, ACTOR, request))
    file.content, file.sha256 = content, hashlib.sha256(content).hexdigest()
    file.made_at, file.expires_at, file.error = utcnow(), utcnow() + KEPT, None
    session.flush()
    journal.record(
        session, ACTOR, Event.PERSON_FILE_MADE, person_request=request.id, person_file=file.id, count=len(objects), sha256=file.sha256
    )  # fmt: skip


def zip_of(request: PersonRequest, objects: Objects, known_as: Names) -> bytes:
    """Return the bytes of the file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vos-donnees.pdf", pdf_of(document_of(request, objects, known_as)))
        archive.writestr(
            "vos-donnees.json",
            json.dumps(data_of(request, objects, known_as), ensure_ascii=False, indent=2),
        )
    return made.getvalue()
