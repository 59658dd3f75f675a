"""Every address that takes a POST leaves a line of the journal, or says here why it leaves none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from app.accounts.models import Administration, Commitment
from app.accounts.services import NewAccount, create_agent
from app.core.identity import Role
from app.core.journal import Event, JournalEntry
from app.core.now import today
from app.core.unit_of_work import TransactionalFlask
from app.models_registry.models import ModelVersion
from tests.factories.confidences import Confidences, confide
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.support.client import InspectingClient

EMAIL, PASSPHRASE = "nouvelle@exemple.invalid", "une longue phrase de passe"


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody sends, from which page (by default, its own address), and the event it leaves."""

    event: Event
    form: Mapping[str, object] = field(default_factory=dict)
    person: str | None = "alice"
    page: str | None = None


#: endpoint -> an act of it that is accepted
ACTS = {
    "accounts.close_session": Act(event=Event.ACCOUNT_SIGNED_OUT, page="/compte"),
    "accounts.commitment": Act(event=Event.COMMITMENT_ACCEPTED, form={"accepted": "y"}),
    "accounts.open_session": Act(
        event=Event.ACCOUNT_SIGNED_IN, form={"email": EMAIL, "password": PASSPHRASE}, person=None
    ),
    "case_members.index": Act(
        event=Event.CASE_MEMBER_CHANGED, form={"agent_id": "{bob}", "role": "participant"}
    ),
    "case_members.remove": Act(event=Event.CASE_MEMBER_CHANGED),
    "cases.change_state": Act(event=Event.CASE_UPDATED, form={"state": "sous_surveillance"}),
    "cases.close": Act(
        event=Event.CASE_CLOSED, form={"outcome": "stabilisee", "occurred_on": "{today}"}
    ),
    "cases.comments": Act(event=Event.COMMENT_WRITTEN, form={"body": "Un mot", "network_id": "{crp}"}),
    "cases.create": Act(event=Event.CASE_OPENED, form={"criticality": "none"}),
    "cases.update": Act(event=Event.CASE_UPDATED, form={"criticality": "elevee", "context": "x"}),
    "detection_runs.start": Act(
        event=Event.DETECTION_RUN_STARTED, form={"as_of": "{today}"}, person="scientist"
    ),
    "detections.feedback": Act(event=Event.DETECTION_FEEDBACK, form={"is_useful": "oui"}),
    "detections.flag": Act(
        event=Event.SIGNAL_WRITTEN, form={"source": "interne", "comment": "Un client le dit"}
    ),
    "imports.start": Act(event=Event.IMPORT_ASKED, person="admin", page="/donnees"),
    "network.comments": Act(
        event=Event.COMMENT_WRITTEN, form={"body": "Un mot", "network_id": "{crp}"}
    ),
    "network.delete_comment": Act(event=Event.COMMENT_DELETED),
    "network.edit_comment": Act(event=Event.COMMENT_EDITED, form={"body": "Un autre mot"}),
    "network.follow": Act(event=Event.FOLLOW_CHANGED, form={"level": "nothing"}),
    "network.unfollow": Act(event=Event.FOLLOW_CHANGED),
    "notifications.settings": Act(event=Event.DIGEST_CHANGED),
    "visits.correct": Act(
        event=Event.VISIT_CORRECTED,
        form={"visited_on": "{today}", "channel": "telephone", "contact_result": "repondu", "verdict": "indeterminee",
               "network_id": "{crp}"},
    ),
    "visits.create": Act(
        event=Event.VISIT_LOGGED,
        form={"visited_on": "{today}", "channel": "telephone", "contact_result": "injoignable", "network_id": "{crp}"},
    ),
}  # fmt: skip

#: endpoint -> why it leaves no line
SILENT = {
    "notifications.discard_draft": "un brouillon n’est lu que de son auteur ; l’acte qu’il prépare est journalisé",
    "notifications.index": "marquer comme lue ne change que l’affichage de son propre compteur",
    "notifications.save_draft": "un brouillon n’est lu que de son auteur ; l’acte qu’il prépare est journalisé",
}


@pytest.fixture
def confidences(world: World) -> Confidences:
    """A firm in alert, accompanied and visited by alice; a newcomer with a passphrase; a model in service."""
    with system() as session:
        account = NewAccount(
            email=EMAIL, first_name="Nouvelle", last_name="Fictif", administration=Administration.DIRECCTE,
            roles=(Role.AGENT,), password=PASSPHRASE,
        )  # fmt: skip
        session.add(
            ModelVersion(
                directory="models/x", sha256="0" * 64, trained_as_of=today(), is_champion=True, metrics={},
            )
        )  # fmt: skip
        session.add(Commitment(agent_id=create_agent(session, account).id, version="1"))
    return confide(world)


def test_every_address_that_takes_a_post_is_written_here(app: TransactionalFlask) -> None:
    endpoints = {
        rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert endpoints == set(ACTS) | set(SILENT)
    assert not set(ACTS) & set(SILENT)


@pytest.mark.parametrize("endpoint", ACTS)
def test_the_act_is_journaled(
    app: TransactionalFlask, client: InspectingClient, confidences: Confidences, endpoint: str
) -> None:
    act, known = ACTS[endpoint], confidences
    address = _address(app, known, endpoint)
    if act.person:
        client.sign_in(getattr(known.world, act.person))
    before = _count(act.event)
    answer = client.submit(address, _form(act, known.world), page=act.page)
    refused = BeautifulSoup(answer.text, "html5lib").select("[data-error-summary]")
    assert answer.status_code in {200, 303}, refused
    assert _count(act.event) == before + 1


def _address(app: TransactionalFlask, known: Confidences, endpoint: str) -> str:
    # Another firm, where nobody works yet, for what is done once on a firm.
    arguments = dict(known.arguments)
    if endpoint == "cases.create":
        arguments["siret"] = known.world.siret_21_quiet
    (rule,) = [rule for rule in app.url_map.iter_rules(endpoint) if "POST" in (rule.methods or ())]
    with app.test_request_context():
        values = {name: arguments[name] for name in rule.arguments}
        return str(app.url_map.bind("").build(endpoint, values, method="POST"))


def _form(act: Act, world: World) -> dict[str, object]:
    known = {"today": today().isoformat(), "bob": world.bob, "crp": network_id("crp")}
    return {
        name: value.format(**known) if isinstance(value, str) else value
        for name, value in act.form.items()
    }


def _count(event: Event) -> int:
    with system() as session:
        lines = select(func.count()).where(JournalEntry.event == event.value)
        return session.scalar(lines) or 0
