"""Every address that takes a POST leaves a line of the journal, or says here why it leaves none; no line holds a text of an agent.

A form that is sent twice leaves one.
"""

from datetime import timedelta

import pytest
from sqlalchemy import Text, cast, func, select

from app.accounts.models import Administration, Commitment
from app.accounts.services import NewAccount, create_agent
from app.core.access.identity import Role
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event, JournalEntry
from app.core.now import today
from app.core.web.sendings import FIELD
from app.models_registry.models import ModelState, ModelVersion
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system
from tests.factories.values import value_id
from tests.support.client import TOKEN, InspectingClient
from tests.support.documents import Tag, parsed
from tests.web.acts import ACTS, ELSEWHERE, EMAIL, PASSPHRASE, SILENT, Act

#: what every text that is sent says
MARK = "Texte-marqué"


@pytest.fixture
def confidences(confidences: Confidences) -> Confidences:
    """A firm in alert, accompanied and visited by alice; a newcomer with a passphrase; a model in service."""
    with system() as session:
        account = NewAccount(
            email=EMAIL, first_name="Nouvelle", last_name="Fictif", administration=Administration.DIRECCTE,
            roles=(Role.AGENT,), password=PASSPHRASE,
        )  # fmt: skip
        session.add(
            ModelVersion(
                directory="models/x", sha256="0" * 64, trained_as_of=today(), state=ModelState.CHAMPION, metrics={},
            )
        )  # fmt: skip
        session.add(Commitment(agent_id=create_agent(session, account).id, version="1"))
    return confidences


def test_every_address_that_takes_a_post_is_written_here(app: TransactionalFlask) -> None:
    endpoints = {
        rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    written = [*ACTS, *ELSEWHERE, *SILENT]
    assert endpoints == set(written)
    assert len(written) == len(set(written))


@pytest.mark.parametrize("endpoint", ACTS)
def test_the_act_is_journaled(
    app: TransactionalFlask, client: InspectingClient, confidences: Confidences, endpoint: str
) -> None:
    act, known = ACTS[endpoint], confidences
    address = _address(app, known, endpoint)
    if act.person:
        client.sign_in(getattr(known.world, act.person))
    before = _count(act.event)
    form = _form(act, known)
    page = _form_of(client, act.page or address, address)
    texts = _texts(page) if act.page is None else {}
    sent = {**texts, **form} | {name: f"{form.get(name, '')}{text}" for name, text in texts.items()}
    sent |= {str(field["name"]): str(field["value"]) for field in page.select(f"[name={FIELD}]")}
    answer = client.submit(address, sent, page=act.page)
    refused = parsed(answer.text).select("[data-error-summary]")
    assert answer.status_code in {200, 303}, refused
    assert _count(act.event) == before + 1
    assert not _journaled_with(MARK), "the journal holds no text of an agent"
    if FIELD in sent and act.person:
        again = client.post(address, data={**sent, "csrf_token": _token(client)})
        assert (again.status_code, again.location) == (303, answer.location or address)
        assert _count(act.event) == before + 1, "the same page sent the same thing twice"


def _token(client: InspectingClient) -> str:
    found = TOKEN.search(client.get("/compte").text)
    assert found
    return found[1]


def _form_of(client: InspectingClient, page: str, address: str) -> Tag:
    """The form of a page that is sent to ``address``; an empty one where there is none."""
    found = parsed(client.get(page).text).select(f'form[method="post"][action="{address}"]')
    return found[0] if found else parsed("<form></form>")


def _texts(form: Tag) -> dict[str, str]:
    """A marked text for each field of ``form`` that takes one."""
    return {
        str(area["name"]): f"\n# {MARK}, dit ici en {number} mots"
        for number, area in enumerate(form.select("textarea[name]"))
    }


def test_texts_are_marked_where_they_are_typed(
    app: TransactionalFlask, client: InspectingClient, confidences: Confidences
) -> None:
    """Or the test above would prove nothing."""
    marked = set()
    for endpoint, act in ACTS.items():
        if act.page is None and act.person:
            client.sign_in(getattr(confidences.world, act.person))
            address = _address(app, confidences, endpoint)
            form = _form_of(client, address, address)
            assert form.select(f"[name={FIELD}]") or not form.select("textarea"), endpoint
            marked |= {(endpoint, name) for name in _texts(form)}
    assert {name for _, name in marked} >= {
        "body",
        "context",
        "comment",
        "motive",
        "reason",
        "note",
    }


def _address(app: TransactionalFlask, known: Confidences, endpoint: str) -> str:
    elsewhere = ACTS[endpoint].about.items()
    arguments = known.arguments | {name: getattr(known.world, said) for name, said in elsewhere}
    (rule,) = [rule for rule in app.url_map.iter_rules(endpoint) if "POST" in (rule.methods or ())]
    with app.test_request_context():
        values = {name: arguments[name] for name in rule.arguments}
        built = str(app.url_map.bind("").build(endpoint, values, method="POST"))
        return built + ACTS[endpoint].query


def _form(act: Act, confidences: Confidences) -> dict[str, object]:
    world = confidences.world
    known = {
        "today": today().isoformat(),
        "soon": (today() + timedelta(days=90)).isoformat(),
        "alice": world.alice,
        "siren_21": world.siren_21,
        "bob": world.bob,
        "carol": world.carol,
        "correspondent": world.correspondent,
        "crp": network_id("crp"),
        "scheme": value_id("dispositif", "plan_ccsf"),
        "sector": value_id("filiere", "naval"),
        "rules": confidences.arguments["version_id"],
    }
    return {
        name: value.format(**known) if isinstance(value, str) else value
        for name, value in act.form.items()
    }


def _journaled_with(text: str) -> list[str]:
    with system() as session:
        lines = select(JournalEntry.event).where(cast(JournalEntry.details, Text).contains(text))
        return list(session.scalars(lines))


def _count(event: Event) -> int:
    with system() as session:
        lines = select(func.count()).where(JournalEntry.event == event.value)
        return session.scalar(lines) or 0
