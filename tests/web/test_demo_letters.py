"""The page of the e-mails of the demonstration: there in a demonstration alone, for this machine alone."""

from email.message import EmailMessage

import pytest
from flask import Flask

from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import NotFoundError
from app.demo.mailbox import routes
from app.demo.mailbox.sink import FileSink
from tests.support.documents import parsed

LINK = "http://127.0.0.1:5000/reponse#secret-d-essai"


@pytest.fixture
def sink(app: TransactionalFlask) -> FileSink:
    """The sink of the instance of the tests."""
    return FileSink(app.config["VIGIE"].home / "mail")


def letter(subject: str) -> EmailMessage:
    """A message as Vigie sends them: text, and the same in HTML."""
    message = EmailMessage()
    message["To"], message["Subject"] = "sacha.fictif.1@demo.invalid", subject
    message.set_content(f"Répondez d’ici mardi. <b>\n{LINK}")
    message.add_alternative("<p>Autrement</p>", subtype="html")
    return message


def test_whoever_plays_reads_the_latest_first_and_follows_their_links(
    app: TransactionalFlask, sink: FileSink
) -> None:
    for subject in ("Le premier", "Un besoin d’entreprise vous est adressé"):
        sink.handle_message(letter(subject))
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        page = parsed(str(routes.index()))
    assert [each.get_text() for each in page.select("article h2")] == [
        "Un besoin d’entreprise vous est adressé",
        "Le premier",
    ]
    first = page.select("article")[0]
    assert "sacha.fictif.1@demo.invalid" in first.get_text()
    assert "<b>" in first.get_text()
    assert [link["href"] for link in first.select("a")] == [LINK]


def test_another_machine_finds_no_page(app: TransactionalFlask) -> None:
    with (
        app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}),
        pytest.raises(NotFoundError),
    ):
        routes.index()


@pytest.mark.parametrize("demo", [True, False])
def test_the_page_is_that_of_a_demonstration(app: TransactionalFlask, demo: bool) -> None:
    """Settings refuse a demonstration in production."""
    other = Flask("autre")
    other.config["VIGIE"] = app.config["VIGIE"].replace(demo=demo)
    routes.show_letters(other)
    assert any(rule.rule == routes.PATH for rule in other.url_map.iter_rules()) is demo
