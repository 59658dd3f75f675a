"""The first people of an empty instance: an account, then rights, from the command line."""

import re

import pytest
from click.testing import Result
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.access.identity import Identity, Nature, Role, system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.journal import Event, JournalEntry
from app.habilitations.queries import identity_of
from tests.support.client import InspectingClient

ACTOR = system_identity("tests")
#: who may read the journal
CONTROLLER = Identity(agent_id=None, name="contrôle", roles=frozenset({Role.CONTROLEUR}))
JEANNE = "jeanne@exemple.invalid"
VALIDATOR = "validation@exemple.invalid"


@pytest.fixture
def run(app: TransactionalFlask, fresh_database: None) -> "Runner":
    """The command line of the instance."""
    return Runner(app)


class Runner:
    """Calls commands as the operator does."""

    def __init__(self, app: TransactionalFlask) -> None:
        self.app = app

    def __call__(self, *arguments: str, typed: str | None = None) -> Result:
        return self.app.test_cli_runner().invoke(args=list(arguments), input=typed)

    def create(self, email: str, *more: str, typed: str | None = None) -> Result:
        names = ("--first-name", "Jeanne", "--last-name", "Fictif", "--administration", "direccte")
        return self("accounts", "create", email, *names, *more, typed=typed)

    def grant(self, *more: str, zone: str = "21", by: str = VALIDATOR) -> Result:
        natures = ("--nature", "score", "--nature", "urssaf")
        return self(
            "habilitations", "grant", JEANNE, "--zone", zone, *natures, "--validated-by", by, *more
        )


def _said(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


def test_a_stranger_opens_an_account_and_signs_in(run: Runner, client: InspectingClient) -> None:
    result = run.create(JEANNE)
    assert result.exit_code == 0, result.output
    drawn = re.search(r"Phrase de passe : (\S{15,})", result.output)
    assert drawn is not None
    form = {"email": JEANNE, "password": drawn[1]}
    assert client.submit("/connexion", form).status_code == 303
    with unit_of_work(CONTROLLER) as session:
        events = set(session.scalars(select(JournalEntry.event)))
    assert Event.ACCOUNT_OPENED.value in events


def test_a_short_passphrase_is_refused_and_a_chosen_one_is_not_shown(run: Runner) -> None:
    assert "au moins 15 caractères" in _said(
        run.create(JEANNE, "--prompt", typed="trop court\ntrop court\n")
    )
    chosen = "quatre mots assez longs"
    result = run.create(JEANNE, "--prompt", typed=f"{chosen}\n{chosen}\n")
    assert result.exit_code == 0, result.output
    assert chosen not in result.output


def test_an_address_opens_one_account_whatever_its_case(run: Runner) -> None:
    assert run.create(JEANNE).exit_code == 0
    assert "existe déjà" in _said(run.create(JEANNE.upper()))
    assert "adresse électronique" in _said(run.create("jeanne"))


def test_rights_are_given_by_another_person_and_are_in_force_at_once(run: Runner) -> None:
    for email in (JEANNE, VALIDATOR):
        assert run.create(email).exit_code == 0
    assert "autre personne" in _said(run.grant(by=JEANNE))
    assert run.grant("--network", "codefi", "--network", "crp").exit_code == 0
    with unit_of_work(ACTOR) as session:
        agent = session.scalars(select(Agent).where(Agent.email == JEANNE)).one()
        identity = identity_of(session, agent)
        assert identity.departments == ("21",)
        assert identity.natures == {Nature.SCORE, Nature.URSSAF}
        assert len(identity.network_ids) == 2


def test_rights_that_cannot_be_given_say_why(run: Runner) -> None:
    assert "Aucun compte actif" in _said(run.grant())
    for email in (JEANNE, VALIDATOR):
        run.create(email)
    assert "« Z9 » n’existe pas" in _said(run.grant(zone="Z9"))
    assert "Réseau inconnu : club" in _said(run.grant("--network", "club"))
    assert "finit au plus tard" in _said(run.grant("--until", "2099-01-01"))
    with unit_of_work(ACTOR) as session:
        agent = session.scalars(select(Agent).where(Agent.email == JEANNE)).one()
        # A refused network takes the habilitation with it.
        assert not identity_of(session, agent).is_habilitated
