"""Nobody enters through ProConnect unless everything is proven: each refusal opens nothing, says what to do, and is journaled."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.accounts.models import AccountRole, Agent
from app.accounts.proconnect import protocol
from app.core.access.identity import Role, system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.habilitations.models import Habilitation
from proconnect_double.misbehaviour import Misbehaviour as Fault
from proconnect_double.provider import Provider
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.proconnect import Traveller, query_of
from tests.web.test_proconnect import journaled

ACTOR = system_identity("tests")
RETURN = protocol.RETURN_PATH


def refusals(world: World) -> list[dict[str, object]]:
    """What the journal says of the refusals."""
    return [details for event, details in journaled(world) if event == "accounts:session:refused"]


def assert_refused(
    traveller: Traveller, world: World, answer: object, *, status: int, reason: str, says: str
) -> None:
    """The answer explains itself, nothing inside is shown, no session is open, one line is journaled."""
    assert answer.status_code == status  # type: ignore[attr-defined]
    text = answer.text  # type: ignore[attr-defined]
    assert says in text
    for inside in ("Traceback", "authlib", "joserfc", "invalid_grant", "access_denied", "ailleurs"):
        assert inside not in text
    assert traveller.client.get("/compte").status_code == 401
    (line,) = refusals(world)
    assert (line["method"], line["reason"]) == ("proconnect", reason)


@pytest.mark.parametrize(
    ("fault", "reason", "status"),
    [
        (Fault.ACR_IGNORED, "weak", 403),
        (Fault.ACR_MISSING, "weak", 403),
        (Fault.EXPIRED_ID_TOKEN, "unverified", 502),
        (Fault.ID_TOKEN_OF_SECRET, "unverified", 502),
        (Fault.ID_TOKEN_OTHER_KEY, "unverified", 502),
        (Fault.ID_TOKEN_UNSIGNED, "unverified", 502),
        (Fault.NO_EMAIL, "unverified", 502),
        (Fault.NUL_IN_EMAIL, "unverified", 502),
        (Fault.SERVER_ERROR, "provider_error", 502),
        (Fault.TOKEN_NOT_JSON, "unverified", 502),
        (Fault.USERINFO_JSON, "unverified", 502),
        (Fault.USERINFO_OTHER_AUDIENCE, "unverified", 502),
        (Fault.USERINFO_OTHER_KEY, "unverified", 502),
        (Fault.USERINFO_OTHER_SUB, "unverified", 502),
        (Fault.WRONG_AUDIENCE, "unverified", 502),
        (Fault.WRONG_ISSUER, "unverified", 502),
        (Fault.WRONG_NONCE, "unverified", 502),
    ],
)
def test_a_provider_that_misbehaves_opens_nothing(
    traveller: Traveller, provider: Provider, world: World, fault: Fault, reason: str, status: int
) -> None:
    provider.faults.add(fault)
    answer = traveller.sign_in("sub-alice")
    says = "Un second facteur est nécessaire" if reason == "weak" else "ProConnect"
    assert_refused(traveller, world, answer, status=status, reason=reason, says=says)
    # The account was not linked on the way, and the same person enters once all is well.
    provider.faults.clear()
    assert traveller.sign_in("sub-alice").location == "/bienvenue"


@pytest.mark.parametrize("fault", [Fault.DISCOVERY_OF_ANOTHER, Fault.DISCOVERY_LEADS_AWAY])
def test_a_discovery_that_speaks_for_another_leads_nowhere(
    traveller: Traveller, provider: Provider, world: World, fault: Fault
) -> None:
    provider.faults.add(fault)
    answer = traveller.ask()
    assert_refused(
        traveller, world, answer, status=502, reason="unverified", says="n’a pas pu être vérifiée"
    )
    provider.faults.clear()
    assert traveller.ask().status_code == 303


def test_a_level_too_low_is_refused_by_proconnect_with_the_way_to_raise_it(
    traveller: Traveller, world: World
) -> None:
    answer = traveller.sign_in("sub-etranger")
    assert_refused(
        traveller, world, answer, status=403, reason="weak", says="Activez un second facteur"
    )


def test_who_gives_up_may_try_again(traveller: Traveller, world: World) -> None:
    answer = traveller.sign_in("")
    assert_refused(
        traveller, world, answer, status=403, reason="abandoned", says="Connexion interrompue"
    )
    assert traveller.sign_in("sub-alice").status_code == 303


def test_who_has_no_account_is_told_so(
    traveller: Traveller, world: World, app: TransactionalFlask
) -> None:
    answer = traveller.sign_in("sub-inconnue")
    assert "inconnue@exemple.invalid" in answer.text
    assert "correspondant Vigie de votre administration" in answer.text
    assert_refused(
        traveller, world, answer, status=403, reason="unknown", says="Vigie ne vous connaît pas"
    )


def test_the_address_of_the_instance_is_given_when_nobody_closer_is_known(
    traveller: Traveller, world: World, app: TransactionalFlask
) -> None:
    object.__setattr__(app.config["VIGIE"], "contact", "acces@exemple.invalid")
    assert 'href="mailto:acces@exemple.invalid"' in traveller.sign_in("sub-inconnue").text


def expire(session: object, world: World) -> None:
    """Alice's rights are withdrawn."""
    for right in session.scalars(  # type: ignore[attr-defined]
        select(Habilitation).where(Habilitation.agent_id == world.alice)
    ):
        right.withdrawn_at = right.created_at


def suspend(session: object, world: World) -> None:
    """Alice's account is closed."""
    session.get_one(Agent, world.alice).active = False  # type: ignore[attr-defined]


def take(session: object, world: World) -> None:
    """Alice's account belongs to another identity."""
    session.get_one(Agent, world.alice).proconnect_sub = "sub-d-avant"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        (expire, "no_rights", "vos droits ne sont pas en vigueur"),
        (suspend, "inactive", "Votre compte est suspendu"),
        (take, "other_person", "relié à une autre identité"),
    ],
)
def test_a_known_account_that_may_not_enter_says_whom_to_write_to(
    traveller: Traveller,
    world: World,
    change: Callable[[object, World], None],
    reason: str,
    says: str,
) -> None:
    with unit_of_work(ACTOR) as session:
        change(session, world)
        role = session.scalar(select(AccountRole).where(AccountRole.name == Role.CORRESPONDANT))
        # Of the same administration as alice, and of another.
        for agent_id in (world.carol, world.bob):
            agent = session.get_one(Agent, agent_id)
            agent.roles.append(role)
    answer = traveller.sign_in("sub-alice")
    assert 'href="mailto:carol@exemple.invalid"' in answer.text
    assert "bob@exemple.invalid" not in answer.text
    assert_refused(traveller, world, answer, status=403, reason=reason, says=says)
    (line,) = refusals(world)
    assert (line["agent"], line["sub"]) == (world.alice, "sub-alice")
    with unit_of_work(ACTOR) as session:
        assert session.get_one(Agent, world.alice).proconnect_sub != "sub-alice"


def test_an_address_alone_takes_no_account_over(traveller: Traveller, world: World) -> None:
    traveller.sign_in("sub-alice")
    traveller.sign_out()
    traveller.abroad.cookies.clear()
    answer = traveller.sign_in("sub-usurpatrice")
    assert_refused(
        traveller, world, answer, status=403, reason="other_person", says="une autre identité"
    )


def test_who_was_refused_may_come_back_as_somebody_else(traveller: Traveller, world: World) -> None:
    traveller.sign_in("sub-inconnue")
    page = "/connexion"
    left = traveller.client.submit("/connexion/proconnect/autre", {}, page=page)
    assert "/session/end?" in left.location
    back = traveller.choose(left.location)
    assert "Vous êtes déconnecté" in traveller.client.get(back).text
    # The double asks again who signs in.
    assert traveller.sign_in("sub-alice").location == "/bienvenue"


def test_a_return_that_this_browser_did_not_ask_for_opens_nothing(
    traveller: Traveller, world: World, app: TransactionalFlask
) -> None:
    # An attacker signs in at ProConnect and has the victim follow the link that leads back.
    link = traveller.choose(traveller.ask().location, "sub-bob")
    victim = Traveller(app.test_client())  # type: ignore[arg-type]
    answer = victim.client.get(link)
    assert_refused(
        victim, world, answer, status=400, reason="not_asked", says="n’a pas pu être vérifiée"
    )
    victim.abroad.close()


def test_a_state_of_another_request_opens_nothing(traveller: Traveller, world: World) -> None:
    link = traveller.choose(traveller.ask().location, "sub-alice")
    state = query_of(link)["state"]
    other = state[:-1] + ("A" if state[-1] != "A" else "B")
    answer = traveller.client.get(link.replace(state, other))
    assert_refused(
        traveller, world, answer, status=400, reason="not_asked", says="aucune demande en cours"
    )
    # A link sent by somebody does not undo what this browser asked.
    assert traveller.client.get(link).location == "/bienvenue"


def test_a_return_serves_once(traveller: Traveller, world: World) -> None:
    link = traveller.choose(traveller.ask().location, "sub-alice")
    assert traveller.client.get(link).location == "/bienvenue"
    answer = traveller.client.get(link)
    assert answer.status_code == 400
    assert refusals(world)[-1]["reason"] == "not_asked"
    # Who is signed in stays so.
    assert traveller.client.get("/compte").status_code == 200


def test_a_return_that_ended_badly_does_not_serve_again(traveller: Traveller, world: World) -> None:
    link = traveller.choose(traveller.ask().location, "sub-inconnue")
    assert traveller.client.get(link).status_code == 403
    assert traveller.client.get(link).status_code == 400
    assert [line["reason"] for line in refusals(world)] == ["unknown", "not_asked"]


def test_a_code_used_before_opens_nothing(traveller: Traveller, world: World) -> None:
    first = query_of(traveller.choose(traveller.ask().location, "sub-alice"))
    traveller.client.get(f"{RETURN}?code={first['code']}&state={first['state']}")
    traveller.sign_out()
    state = query_of(traveller.ask().location)["state"]
    answer = traveller.client.get(f"{RETURN}?code={first['code']}&state={state}")
    assert_refused(
        traveller,
        world,
        answer,
        status=400,
        reason="code_spent",
        says="La connexion a trop attendu",
    )


def test_a_code_lasts_a_minute(traveller: Traveller, provider: Provider, world: World) -> None:
    link = traveller.choose(traveller.ask().location, "sub-alice")
    clock = provider.grants.clock
    provider.grants.clock = lambda: clock() + 61
    answer = traveller.client.get(link)
    assert_refused(
        traveller, world, answer, status=400, reason="code_spent", says="pendant une minute"
    )


@pytest.mark.parametrize("query", ["", "?state=", "?code=abc", "?error=access_denied"])
def test_a_return_without_request_opens_nothing(
    traveller: Traveller, world: World, query: str
) -> None:
    answer = traveller.client.get(RETURN + query)
    assert_refused(
        traveller, world, answer, status=400, reason="not_asked", says="aucune demande en cours"
    )


def test_a_provider_out_of_reach_is_said_on_a_page_of_ours(
    traveller: Traveller, world: World, app: TransactionalFlask
) -> None:
    object.__setattr__(app.config["VIGIE"], "proconnect_issuer", "http://127.0.0.1:9/api/v2")
    answer = traveller.ask()
    assert_refused(
        traveller, world, answer, status=502, reason="unreachable", says="ProConnect ne répond pas"
    )


def test_a_provider_that_does_not_answer_in_time_is_not_waited_for(
    traveller: Traveller, provider: Provider, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "TIMEOUT", (0.5, 0.5))
    provider.faults.add(Fault.SLOW)
    answer = traveller.sign_in("sub-alice")
    assert_refused(
        traveller, world, answer, status=502, reason="unreachable", says="ProConnect ne répond pas"
    )


def test_nothing_planted_before_signing_in_remains_after(
    client: InspectingClient, traveller: Traveller, world: World
) -> None:
    client.get("/connexion")
    before = client.get_cookie("vigie")
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody"
    answer = traveller.sign_in("sub-alice")
    after = client.get_cookie("vigie")
    assert answer.status_code == 303
    assert before is not None
    assert after is not None
    assert after.value != before.value
    with client.session_transaction() as kept:
        assert "planted" not in kept
    # A form of before is not one of after.
    old = InspectingClient(client.application, client.application.response_class)
    old.set_cookie("vigie", before.value)
    assert old.get("/compte").status_code == 401
