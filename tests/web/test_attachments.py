"""Files joined to texts: whoever reads the text reads the file, and nobody else; what they are is told by their content."""

import io
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from app.core.journal import Event
from app.network.models import Attachment, AttachmentContent, FeedEvent
from tests.factories.attachments import PDF, join
from tests.factories.cases import open_case
from tests.factories.network import network_id, system, working_as, write_comment
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def archive(*names: str) -> bytes:
    """An office document with these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name in ("[Content_Types].xml", *names):
            written.writestr(name, "<Types/>")
    return content.getvalue()


def send(client: InspectingClient, path: str, content: bytes, name: str) -> tuple[int, str]:
    answer = client.submit(
        path, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_a_file_is_joined_to_a_comment_and_read_by_its_readers_alone(
    world: World, client: InspectingClient
) -> None:
    comment_id = write_comment(world.alice, world.siren_21, to="crp", body="Voir le plan")
    sign_in_as(client, world.alice)
    path = f"/commentaires/{comment_id}/fichier"
    assert "Les lecteurs du texte le liront" in client.page(path).get_text()
    assert send(client, path, PDF, "../Plan de trésorerie.pdf")[0] == 303
    page = client.page(f"/entreprises/{world.siren_21}/commentaires")
    link = page.select_one('ul[aria-label="Fichiers joints"] a')
    assert link.get_text() == "Plan de trésorerie.pdf"
    for person, status in (
        (world.alice, 200), (world.carol, 200), (world.bob, 404), (world.stranger, 404), (world.admin, 403),
    ):  # fmt: skip
        sign_in_as(client, person)
        answer = client.get(link["href"])
        assert answer.status_code == status, person
        if status == 200:
            assert answer.get_data() == PDF
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.mimetype == "application/octet-stream"
    client.delete_cookie("vigie")
    assert client.get(link["href"]).status_code == 401
    assert [line.siren for line in journaled(Event.ATTACHMENT_READ)] == [world.siren_21] * 2
    (added,) = journaled(Event.ATTACHMENT_ADDED)
    assert "trésorerie" not in str(added.details)
    # The trace in the thread is for the readers of the text.
    of_file = FeedEvent.kind == Event.ATTACHMENT_ADDED
    audience = network_id("crp")
    with system() as session:
        told = select(FeedEvent.network_id, FeedEvent.subject_id).where(of_file)
        assert session.execute(told).all() == [(audience, comment_id)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("programme.exe", b"MZ", "Choisissez un fichier d’un de ces formats"),
        ("photo.png", PDF, "contient autre chose"),
        ("photo.webp", b"RIFF0000AVI ", "contient autre chose"),
        ("note.pdf", b"", "est vide"),
        ("note.pdf", b"%PDF-1.7 /OpenAction << /JS (x) >>", "qui s’exécutent"),
        ("note.docx", archive("xl/workbook.xml"), "contient autre chose"),
        ("note.docx", archive("word/document.xml", "word/vbaProject.bin"), "qui s’exécutent"),
        ("note.pdf", b"%PDF-" + bytes(10 * 1024 * 1024), "dépasse 10 Mo"),
    ],
    ids=["program", "disguised", "not webp", "empty", "script", "not a text", "macros", "large"],
)
def test_what_is_not_what_its_name_says_is_refused(
    world: World, client: InspectingClient, name: str, content: bytes, sentence: str
) -> None:
    comment_id = write_comment(world.alice, world.siren_21, to="crp")
    sign_in_as(client, world.alice)
    status, page = send(client, f"/commentaires/{comment_id}/fichier", content, name)
    assert status == 422
    assert sentence in page
    with system() as session:
        assert session.scalars(select(Attachment.id)).all() == []


def test_another_version_replaces_nothing_and_the_same_file_is_joined_once(
    world: World, client: InspectingClient
) -> None:
    comment_id = write_comment(world.alice, world.siren_21, to="crp")
    first = join(world.alice, comment_id)
    assert join(world.alice, comment_id) == first
    second = join(world.alice, comment_id, content=PNG, name="photo.png")
    sign_in_as(client, world.carol)
    said = client.page(f"/entreprises/{world.siren_21}/commentaires").get_text(" ", strip=True)
    assert "photo.png" in said
    assert "version 2" in said
    assert [client.get(f"/fichiers/{each}").get_data() for each in (first, second)] == [PDF, PNG]
    # Carol did not join it: she cannot take it off.
    page = "/compte"
    assert client.submit(f"/fichiers/{second}/retrait", {}, page=page).status_code == 403
    sign_in_as(client, world.alice)
    assert client.submit(f"/fichiers/{second}/retrait", {}, page=page).status_code == 303
    sign_in_as(client, world.carol)
    assert client.get(f"/fichiers/{second}").status_code == 404
    with working_as(world.carol) as (session, _):
        assert session.scalars(select(AttachmentContent.attachment_id)).all() == [first]


def test_a_photo_of_a_visit_has_the_readers_of_its_note(
    world: World, client: InspectingClient
) -> None:
    open_case(world.alice, world.siret_21)
    visit_id = log_visit(world.alice, world.siret_21, to="crp")
    sign_in_as(client, world.alice)
    assert send(client, f"/visites/{visit_id}/fichier", PNG, "atelier.png")[0] == 303
    link = client.page(f"/visites/{visit_id}").select_one('ul[aria-label="Fichiers joints"] a')
    for person, status in ((world.carol, 200), (world.bob, 404)):
        sign_in_as(client, person)
        assert client.get(link["href"]).status_code == status
        # Bob reads that there was a visit, and nothing of its note.
        assert ("atelier.png" in client.get(f"/visites/{visit_id}").text) == (status == 200)
    assert client.get(f"/visites/{visit_id}/fichier").status_code == 403


def test_the_file_of_a_deleted_comment_is_its_authors_alone_until_it_is_restored(
    world: World, client: InspectingClient
) -> None:
    comment_id = write_comment(world.alice, world.siren_21, to="crp")
    number = join(world.alice, comment_id)
    sign_in_as(client, world.alice)
    deletion = f"/commentaires/{comment_id}/suppression"
    assert client.submit(deletion, {}).status_code == 303
    sign_in_as(client, world.carol)
    assert client.get(f"/fichiers/{number}").status_code == 404
    sign_in_as(client, world.alice)
    page = f"/entreprises/{world.siren_21}/commentaires"
    assert (
        client.submit(f"/commentaires/{comment_id}/retablissement", {}, page=page).status_code
        == 303
    )
    sign_in_as(client, world.carol)
    assert client.get(f"/fichiers/{number}").status_code == 200


def test_nobody_joins_a_file_to_the_text_of_another_whatever_the_code_asks(world: World) -> None:
    comment_id = write_comment(world.alice, world.siren_21, to="crp")
    forged = Attachment(
        siren=world.siren_21, comment_id=comment_id, author_id=world.carol, version=1, name="x.pdf", kind="pdf", size=1, sha256="0",
    )  # fmt: skip
    with pytest.raises(ProgrammingError):
        _write(world.carol, forged)


def _write(agent_id: int, row: Attachment) -> None:
    with working_as(agent_id) as (session, _):
        session.add(row)
