"""Vigie read by an administration's own tool: what the agent of the token reads, of their own accompagnements, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app.accounts import services as accounts
from app.accounts.models import Agent, Commitment
from app.cases.models import Criticality
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event
from app.core.now import today, utcnow
from app.exchanges.api.description import SCHEMAS, paths
from app.exchanges.references import reference_of
from app.exchanges.tokens.models import ApiToken, Scope
from app.habilitations.agents import services as agents
from app.network.models import FeedEvent
from tests.factories.cases import add_member, open_case
from tests.factories.confidences import Confidences
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.tokens import make_token
from tests.factories.unlocks import unlock
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_case_files import prioritise

CASES = "/api/v1/accompagnements"


def ask(client: InspectingClient, path: str, secret: str, **headers: str) -> Any:
    """What an address answers to the bearer of a token."""
    return client.get(path, headers={"Authorization": f"Bearer {secret}", **headers})


def listed(client: InspectingClient, secret: str, query: str = "") -> list[str]:
    answer = ask(client, f"{CASES}{query}", secret)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [each["identifiant"] for each in answer.json["accompagnements"]]


def test_each_reads_their_own_as_it_is_described_and_each_reading_is_journaled(
    confidences: Confidences, client: InspectingClient
) -> None:
    world, case_id = confidences.world, int(str(confidences.arguments["case_id"]))
    with system() as session:
        session.execute(update(FeedEvent).values(occurred_at=utcnow() - timedelta(minutes=5)))
    mine, colleague, other, elsewhere = (
        make_token(agent_id) for agent_id in (world.alice, world.carol, world.bob, world.stranger)
    )
    reference = reference_of(case_id)
    for secret, known in ((mine, [reference]), (colleague, [reference]), (other, []), (elsewhere, [])):  # fmt: skip
        assert listed(client, secret) == known
    for each in paths():
        path = "/api/v1" + each.path.format(reference=reference)
        answer = ask(client, path, mine)
        assert answer.status_code == 200, path
        conforms(answer.json, {"$ref": f"#/{each.schema}"}, path)
        if each.is_of_case:
            # Bob reads the firm in his zone, and takes no part in its accompagnement.
            assert [ask(client, path, secret).status_code for secret in (other, elsewhere)] == [404, 404]  # fmt: skip
    told = ask(client, f"{CASES}/{reference}/commentaires", mine).get_data(as_text=True)
    assert "Confidence-Direccte" in told
    assert "Confidence-de-visite" in ask(client, f"{CASES}/{reference}/visites", mine).get_data(as_text=True)  # fmt: skip
    # What somebody of another network is not told, their token is not told.
    add_member(world.alice, case_id, world.bob)
    told = ask(client, f"{CASES}/{reference}/commentaires", other).get_data(as_text=True)
    assert "Confidence-Codefi" in told
    assert "Confidence-Direccte" not in told
    (note,) = [each["note"] for each in ask(client, f"{CASES}/{reference}/visites", other).json["visites"]]  # fmt: skip
    assert note is None
    lines = journaled(Event.API_READ)
    assert {line.actor_id for line in lines} == {
        world.alice,
        world.bob,
        world.carol,
        world.stranger,
    }
    of_alice = [line.details for line in lines if line.actor_id == world.alice]
    assert {details["scopes"][0] for details in of_alice} == {scope.value for scope in Scope}
    assert all(details["sirens"] == [world.siren_21] for details in of_alice)
    with system() as session:
        used = select(ApiToken.last_used_at).where(ApiToken.agent_id == world.alice)
        assert any(session.scalars(used))


def conforms(value: Any, schema: dict[str, Any], where: str) -> None:
    """Whether a value is as the description says: no key more, none less."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
        if value is None:
            return
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    kinds = {"string": str, "integer": int, "null": type(None), "object": dict, "array": list}
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(kinds[kind] for kind in wanted)), (where, value)
    if isinstance(value, dict):
        assert value.keys() == schema["properties"].keys(), where
        for name, each in value.items():
            conforms(each, schema["properties"][name], f"{where}.{name}")
    if isinstance(value, list):
        for each in value:
            conforms(each, schema["items"], where)


def test_a_token_opens_no_page_and_a_session_opens_no_address(
    world: World, client: InspectingClient
) -> None:
    open_case(world.alice, world.siret_21)
    secret = make_token(world.alice)
    for path in ("/", "/accompagnements", "/compte/jetons", "/accompagnements/export.csv"):
        assert ask(client, path, secret).status_code == 401
    sign_in_as(client, world.alice)
    answer = client.get(CASES)
    assert answer.status_code == 401
    assert answer.json["code"] == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    # Whoever is signed in beside, the token decides, and no cookie is given.
    stranger = make_token(world.stranger)
    assert listed(client, stranger) == []
    assert "Set-Cookie" not in ask(client, CASES, stranger).headers
    for wrong in ("", "vigie_faux", secret.upper()):
        assert ask(client, CASES, wrong).status_code == 401
    assert client.get(f"{CASES}?token={secret}").status_code == 401
    assert client.get(CASES, headers={"Authorization": f"Basic {secret}"}).status_code == 401
    assert client.post(CASES, headers={"Authorization": f"Bearer {secret}"}).status_code in {400, 405}  # fmt: skip


def test_what_is_refused_is_said_in_json_wherever_that_is(
    world: World, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = make_token(world.alice)
    answers = [ask(client, path, secret) for path in ("/api/v1/rien", f"{CASES}/{reference_of(99)}")]  # fmt: skip
    answers += [client.get("/api/v1/rien"), client.post(CASES)]

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.exchanges.api.queries.list_changes", fail)
    answers.append(ask(client, "/api/v1/changements", secret))
    codes = [(answer.status_code, answer.json["code"]) for answer in answers]
    assert [code for code, _ in codes[:3]] == [404, 404, 404]
    assert codes[-1] == (500, 500)
    assert all(status == said for status, said in codes)


def test_a_token_opens_its_scopes_alone(world: World, client: InspectingClient) -> None:
    reference = reference_of(open_case(world.alice, world.siret_21))
    for scope in Scope:
        secret = make_token(world.alice, scope)
        for each in paths():
            path = "/api/v1" + each.path.format(reference=reference)
            expected = 200 if each.scope is scope else 403
            assert ask(client, path, secret).status_code == expected, (path, scope)
    assert ask(client, f"{CASES}?modifie_depuis=hier", make_token(world.alice)).status_code == 400


def _expired(_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.exchanges.tokens.queries.today", lambda: today() + timedelta(days=31))


def _uncommitted(world: World, _monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as session:
        signed = update(Commitment).where(Commitment.agent_id == world.alice)
        session.execute(signed.values(accepted_at=utcnow() - timedelta(days=200)))


def _suspended(world: World, _monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as session:
        session.execute(update(Agent).where(Agent.id == world.alice).values(suspended_at=utcnow()))


def _without_right(world: World, _monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as session:
        session.execute(
            text("update habilitation set ends_on = current_date where agent_id = :agent"),
            {"agent": world.alice},
        )


@pytest.mark.parametrize("end", [_expired, _uncommitted, _suspended, _without_right])
def test_it_opens_nothing_once_its_agent_may_not_read(
    world: World, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, end: Any
) -> None:
    open_case(world.alice, world.siret_21)
    secret = make_token(world.alice)
    assert len(listed(client, secret)) == 1
    end(world, monkeypatch)
    assert ask(client, CASES, secret).status_code == 401


def test_closing_an_account_revokes_its_tokens_for_good(
    world: World, client: InspectingClient
) -> None:
    secret = make_token(world.alice)
    for is_active in (False, True):
        with working_as(world.admin) as (session, who):
            agents.set_active(session, who, session.get_one(Agent, world.alice), active=is_active)
    assert ask(client, CASES, secret).status_code == 401
    changes = [line.details["change"] for line in journaled(Event.API_TOKEN_CHANGED)]
    assert changes == ["créé", "révoqué avec les droits"]


def test_resetting_an_account_revokes_its_tokens_for_good(
    world: World, client: InspectingClient
) -> None:
    """Whoever had got into it may have made one."""
    secret, other = make_token(world.alice), make_token(world.carol)
    with unit_of_work(system_identity("Test")) as session:
        accounts.reset_account(
            session, system_identity("Test"), session.get_one(Agent, world.alice)
        )
    assert [ask(client, CASES, each).status_code for each in (secret, other)] == [401, 200]
    changes = [line.details["change"] for line in journaled(Event.API_TOKEN_CHANGED)]
    assert changes == ["créé", "créé", "révoqué, compte remis à neuf"]


def test_pages_changes_and_what_is_known_already(
    world: World, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    first, second = open_case(world.alice, world.siret_21), open_case(world.alice, world.siret_21_quiet)  # fmt: skip
    secret = make_token(world.alice)
    monkeypatch.setattr("app.exchanges.api.queries.SIZE", 1)
    page = ask(client, CASES, secret).json
    assert [each["identifiant"] for each in page["accompagnements"]] == [reference_of(first)]
    assert listed(client, secret, f"?suite={page['suite']}") == [reference_of(second)]
    monkeypatch.undo()
    moment = utcnow().isoformat().replace("+00:00", "Z")
    assert listed(client, secret, f"?modifie_depuis={moment}") == []
    answer = ask(client, f"{CASES}/{reference_of(second)}", secret)
    tag = answer.headers["ETag"]
    again = ask(client, f"{CASES}/{reference_of(second)}", secret, **{"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    prioritise(world.alice, second, Criticality.ELEVEE)
    assert listed(client, secret, f"?modifie_depuis={moment}") == [reference_of(second)]
    assert ask(client, f"{CASES}/{reference_of(second)}", secret, **{"If-None-Match": tag}).status_code == 200  # fmt: skip
    # What has just happened waits a minute: nothing that is still being written is passed over.
    assert ask(client, "/api/v1/changements", secret).json == {"changements": [], "dernier": 0}
    with system() as session:
        last = select(func.max(FeedEvent.id)).scalar_subquery()
        settled = update(FeedEvent).values(occurred_at=utcnow() - timedelta(minutes=5))
        session.execute(settled.where(FeedEvent.id == last))
    # Nor is it passed over by what was numbered after it, and is older.
    assert ask(client, "/api/v1/changements", secret).json == {"changements": [], "dernier": 0}
    with system() as session:
        session.execute(update(FeedEvent).values(occurred_at=utcnow() - timedelta(minutes=5)))
    told = ask(client, "/api/v1/changements", secret).json
    assert [each["quoi"] for each in told["changements"]].count("cases:case:opened") == 2
    after = ask(client, f"/api/v1/changements?apres={told['dernier']}", secret).json
    assert after["changements"] == []


def test_whoever_reads_too_fast_is_asked_to_wait(
    world: World, few: None, client: InspectingClient
) -> None:
    secret = make_token(world.alice)
    assert [ask(client, CASES, secret).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(client, CASES, secret)
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["code"] == 429


def test_i_make_a_token_seen_once_and_revoke_it(
    world: World, app: TransactionalFlask, client: InspectingClient
) -> None:
    page = "/compte/jetons"
    sign_in_as(client, world.alice)
    said = {"name": "Suivi fictif", "scopes": ["accompagnements"], "expires_on": f"{today()}"}
    for wrong in ({"name": ""}, {"scopes": []}, {"expires_on": f"{today() + timedelta(days=366)}"}):
        refused = client.submit(page, said | wrong, page=page)
        assert refused.status_code == 422
    made = client.submit(page, said, page=page)
    secret = made_secret(made.get_data(as_text=True))
    assert listed(client, secret) == []
    shown = client.page(page)
    assert secret not in str(shown)
    assert "Suivi fictif" in shown.get_text()
    with system() as session:
        token = session.scalars(select(ApiToken)).one()
        assert secret.encode() not in token.digest
        number = token.id
        told = session.execute(text("select args->>'notice' from procrastinate_jobs")).scalars()
        assert "token_made" in set(told)
    path = f"{page}/{number}/revocation"
    for reader, status in ((world.carol, 404), (world.stranger, 404), (world.admin, 403)):
        sign_in_as(client, reader)
        assert client.submit(path, {}, page="/compte").status_code == status
        assert "Suivi fictif" not in client.get(page).get_data(as_text=True)
    sign_out(client)
    assert client.get(page).status_code == 401
    sign_in_as(client, world.alice)
    client.submit(path, {}, page=page)
    assert ask(client, CASES, secret).status_code == 401
    assert [line.details["change"] for line in journaled(Event.API_TOKEN_CHANGED)] == ["créé", "révoqué"]  # fmt: skip


def made_secret(html: str) -> str:
    """The secret that a page shows once."""
    beginning = html.index('value="vigie_') + len('value="')
    return html[beginning : html.index('"', beginning)]
