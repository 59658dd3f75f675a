"""Anything may be sent: the answer is a page that says so, nothing is lost, nothing breaks, nothing leads elsewhere."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import MagicMock

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError

from app.companies.models import Establishment
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.core.text.bounds import writable
from app.core.web import drafts
from app.extensions import db
from app.messages import smtp
from tests.factories.cases import add_member, open_case
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

UNWRITABLE = ["\x00", "a\x00b", "\x01\x1f", "\x85", "\ufffe", "\U0001ffff"]
NUMBERS = [
    "99999999999999999999",
    "9" * 3000,
    "2147483648",
    "-1",
    "0",
    "%D9%A3",
    "%00",
    "1%00",
    "1e3",
]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


CURSORS = {
    "huge": [cursor(10**30), cursor(10**30, 10**30, "x"), cursor("2026-01-01T00:00:00", "feed", 10**30)],
    "nul": [cursor("\x00"), cursor(0, "\x00"), cursor(0, 0, "\x00"), cursor("2026-01-01T00:00:00", "\x00", 1)],
    "half": [cursor("\ud800"), cursor(0, "\ud800"), cursor(0, 0, "\ud800")],
    "kind": [cursor(True), cursor({}), cursor([], []), cursor(None, None, None), cursor("x", "y")],
    "edge": [cursor("0001-01-01T00:00:00+23:59", "feed", 1), cursor("9999-12-31T23:59:59-23:59", "feed", 1)],
    "deep": [base64.urlsafe_b64encode(b"[" * 2_500).decode(), base64.urlsafe_b64encode(b"[" * 440).decode()],
    "noise": ["%00", "é", "A", "%F0%9F%98%80", "=" * 50],
}  # fmt: skip


@pytest.mark.writes_nothing
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "path",
    ["/accompagnements/{}", "/visites/{}", "/commentaires/{}", "/detections/{}", "/detections/reponses/{}/inexacte",
     "/accompagnements/{}/membres/{}/depart", "/entreprises/{}", "/etablissements/{}", "/donnees/lots/{}"],
)  # fmt: skip
def test_a_number_that_no_row_bears_is_not_found(
    client: InspectingClient, world: World, path: str, number: str
) -> None:
    sign_in_as(client, world.alice)
    assert client.get(path.format(number, number)).status_code == 404


@pytest.mark.writes_nothing
@pytest.mark.parametrize("kind", CURSORS)
def test_a_forged_cursor_means_the_first_page(
    client: InspectingClient, confidences: Confidences, kind: str
) -> None:
    siren = confidences.world.siren_21
    sign_in_as(client, confidences.world.alice)
    for page in (
        "/?suite=", "/fil?suite=", "/accompagnements?suite=", "/notifications?suite=", "/donnees?suite=",
        "/recherche?q=forges&suite=", f"/entreprises/{siren}/fil?suite=", f"/entreprises/{siren}/etablissements?suite=",
        "/detections?curseur=",
    ):  # fmt: skip
        for forged in CURSORS[kind]:
            assert client.get(page + forged).status_code == 200, page + forged[:80]


@pytest.mark.writes_nothing
@pytest.mark.parametrize(
    "path",
    ["/recherche?q=%00", "/recherche?q=for%00ges", "/detections?x=%00", "/detections?niveau=%00&tri=%00&sens=%00",
     "/detections?departement=75&departement=%00", "/detections?effectif_min=-1&effectif_min=" + "9" * 3000,
     "/accompagnements?etat=%00&reseau=%00&criticite=x&departement=99", "/connexion?next=%00", "/?x=%00",
     "/recherche?q=" + "a" * 3000, "/recherche?q=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9"],
)  # fmt: skip
def test_any_query_has_its_page(client: InspectingClient, world: World, path: str) -> None:
    sign_in_as(client, world.alice)
    assert client.get(path).status_code == 200


@pytest.mark.writes_nothing
@pytest.mark.parametrize("query", ["q=\xe9", "q=%zz", "\xff=1&q=forges", "q=a b"])
def test_raw_bytes_in_an_address_are_read_as_they_can(
    client: InspectingClient, world: World, query: str
) -> None:
    sign_in_as(client, world.alice)
    for path in ("/recherche", "/detections", "/"):
        answer = client.get(path, environ_overrides={"QUERY_STRING": query})
        assert answer.status_code == 200, path


def forms(confidences: Confidences, said: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Each form of the portal with ``said`` in its texts, then in every field."""
    at = "/accompagnements/{case_id}".format(**confidences.arguments)
    firm = "/entreprises/{siren}".format(**confidences.arguments)
    crp = network_id("crp")
    yield f"{firm}/commentaires", {"body": said, "network_id": crp}
    yield f"{firm}/signaler", {"source": "interne", "comment": said}
    yield f"{at}/commentaires", {"body": said, "network_id": crp}
    yield f"{at}/modification", {"criticality": "none", "context": said}
    yield f"{at}/etat", {"state": "en_cours", "reason": said}
    yield "/commentaires/{comment_id}".format(**confidences.arguments), {"body": said}
    yield (
        "/detections/reponses/{entry_id}/inexacte".format(**confidences.arguments),
        {"reasons": ["no_difficulty"], "comment": said},
    )
    yield (
        "/etablissements/{siret}/visite".format(**confidences.arguments),
        {"visited_on": today().isoformat(), "channel": "visio", "contact_result": "repondu", "verdict": "confirmee",
         "network_id": crp, "body": said, "people_met": said, "next_step": said},
    )  # fmt: skip
    every = ("body", "network_id", "source", "comment", "criticality", "context", "state", "reason", "returns_on",
             "reasons", "visited_on", "channel", "contact_result", "verdict", "severity", "nature", "people_met",
             "next_step", "next_step_on", "agent_id", "role", "outcome", "occurred_on", "jobs_at_stake", "jobs_kept",
             "level")  # fmt: skip
    nonsense: dict[str, object] = dict.fromkeys(every, said)
    for path in (
        f"{firm}/commentaires", f"{firm}/signaler", f"{firm}/suivre", f"{at}/modification", f"{at}/etat",
        f"{at}/membres", f"{at}/cloture",
    ):  # fmt: skip
        yield path, nonsense


@pytest.mark.parametrize(
    "said", [*UNWRITABLE, "9" * 50, "٣", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_whatever_is_typed_the_answer_is_a_page(
    client: InspectingClient, confidences: Confidences, said: str | bytes
) -> None:
    sign_in_as(client, confidences.world.alice)
    typed = said if isinstance(said, str) else said.decode("latin1")
    for path, form in forms(confidences, typed):
        assert client.submit(path, form).status_code in {200, 303, 422}, path


def test_what_nothing_can_hold_is_taken_out_and_the_rest_kept(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    sent = {"body": "avant\x00\x07 et\tapr\x85ès\nfin", "network_id": network_id("crp")}
    answer = client.submit(f"/entreprises/{world.siren_21}/commentaires", sent)
    assert answer.status_code == 303
    with working_as(world.alice) as (session, _):
        assert session.scalar(text("select body from comment")) == "avant et\taprès\nfin"
    assert writable("é\t\r\n😀") == "é\t\r\n😀"


def test_a_draft_from_anywhere_is_kept_without_what_nothing_can_hold(world: World) -> None:
    with working_as(world.alice) as (session, who):
        drafts.save(session, who, form_path="/x", fields={"a\x00": ["b\ud800\x00c"]})
    with working_as(world.alice) as (session, who):
        kept = drafts.find(session, who, form_path="/x")
        assert kept is not None
        assert kept.fields == {"a": ["bc"]}


def test_a_form_of_five_megabytes_is_told_to_be_shorter(
    client: InspectingClient, world: World
) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.alice)
    answer = client.submit(path, {"body": "a" * 5_000_000, "network_id": network_id("crp")})
    assert answer.status_code in {413, 422}
    assert "Réduisez-le" in answer.get_data(as_text=True) or "raccourcissez" in answer.get_data(
        as_text=True
    )
    assert journaled(Event.COMMENT_WRITTEN) == []


@pytest.mark.parametrize(
    ("day", "status"),
    [("0001-01-01", 303), ("9999-12-31", 422), ("2026-02-30", 422), ("", 422), ("x", 422), ("２０２６-01-01", 303)],
)  # fmt: skip
def test_a_date_is_a_day_that_has_been(
    client: InspectingClient, world: World, day: str, status: int
) -> None:
    sign_in_as(client, world.alice)
    form = {
        "visited_on": day,
        "channel": "visio",
        "contact_result": "refus",
        "network_id": network_id("crp"),
    }
    path = f"/etablissements/{world.siret_21}/visite"
    assert client.submit(path, form).status_code == status
    assert client.get(f"/entreprises/{world.siren_21}").status_code == 200


def test_a_visit_of_tomorrow_is_refused_with_its_words(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    form = {"visited_on": tomorrow, "channel": "visio", "contact_result": "refus", "body": "mes mots",
            "network_id": network_id("crp")}  # fmt: skip
    answer = client.submit(f"/etablissements/{world.siret_21}/visite", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Une visite ne peut pas être datée de demain." in page
    assert "mes mots" in page


ELSEWHERE = ["/\t/ailleurs.invalid", "/\n/ailleurs.invalid", "/\r\n/ailleurs.invalid", "/\x0b/ailleurs.invalid",
             "/\u2028/ailleurs.invalid", "//ailleurs.invalid", "/\\ailleurs.invalid", "https://ailleurs.invalid"]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_signature_never_leads_to_another_site(
    client: InspectingClient, world: World, target: str
) -> None:
    sign_in_as(client, world.alice)
    page = client.get("/engagement", query_string={"next": target})
    assert page.status_code == 200
    answer = client.submit("/engagement", {"accepted": "y"}, query_string={"next": target})
    assert answer.status_code == 303
    assert "ailleurs" not in answer.location.partition("/")[0]
    assert not answer.location.startswith(("//", "/\\", "/\t", "http"))
    assert answer.location.isprintable()


def test_refused_at_the_door_while_somebody_is_in(client: InspectingClient, world: World) -> None:
    """The journal says that nobody tried, not the one whose session is open."""
    sign_in_as(client, world.alice)
    for email in ("qui@exemple.invalid", "qui\x00@exemple.invalid"):
        answer = client.submit("/connexion", {"email": email, "password": "pas la bonne\x00"})
        assert answer.status_code == 422
        assert "Adresse ou phrase de passe incorrecte" in answer.get_data(as_text=True)
    assert {line.actor_id for line in journaled(Event.ACCOUNT_REFUSED)} == {None}


@pytest.mark.parametrize(
    ("origin", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)],
)
def test_a_write_asked_by_another_site_is_refused_even_with_a_token(
    client: InspectingClient, world: World, origin: str, status: int
) -> None:
    sign_in_as(client, world.alice)
    sent = {"body": "texte", "network_id": network_id("crp")}
    path = f"/entreprises/{world.siren_21}/commentaires"
    answer = client.submit(path, sent, headers={"Sec-Fetch-Site": origin})
    assert answer.status_code == status
    assert client.get(path, headers={"Sec-Fetch-Site": origin}).status_code == 200


def test_the_host_of_a_request_is_written_nowhere(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    for path in ("/", f"/entreprises/{world.siren_21}", "/engagement"):
        answer = client.get(
            path, headers={"Host": "localhost", "X-Forwarded-Host": "ailleurs.invalid"}
        )
        assert "ailleurs.invalid" not in answer.get_data(as_text=True) + str(answer.headers)


def test_an_error_of_the_database_says_no_text(world: World) -> None:
    with working_as(world.alice) as (session, _), pytest.raises(DataError) as raised:
        session.execute(text("select cast(:secret as integer)"), {"secret": "x\x00 confidence"})
    db.session.rollback()
    assert "confidence" not in str(raised.value)


def test_a_mail_server_proves_who_it_is(
    app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypting to whoever answers protects from nobody."""
    server = MagicMock()
    monkeypatch.setattr("smtplib.SMTP", server)
    config = app.config["VIGIE"].replace(smtp_starttls=True)
    email = smtp.Email(id=1, subject="s", body_text="t", body_html="h")
    with app.app_context():
        smtp.send(config, email, recipient="c@exemple.invalid")
    asked = server.return_value.starttls.call_args
    assert asked.kwargs["context"].check_hostname


def test_an_import_asked_for_is_journaled(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    assert client.submit("/donnees/lots", {}, page="/donnees").status_code == 303
    assert [line.actor_id for line in journaled(Event.IMPORT_ASKED)] == [world.admin]


def test_a_visit_where_nobody_knows_the_department_is_refused_with_a_sentence(world: World) -> None:
    """Whoever takes part in an accompagnement reaches every establishment of the firm, those abroad too."""
    add_member(world.alice, open_case(world.alice, world.siret_21), world.stranger)
    with system() as session:
        session.get_one(Establishment, world.siret_21).department = None
    with pytest.raises(DomainError, match="département de cet établissement est inconnu"):
        log_visit(world.stranger, world.siret_21, to="crp")
