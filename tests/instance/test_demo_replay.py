"""The follow-up of the demonstration: interrupted anywhere and started again, each act is done once."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent, Commitment
from app.cases.models import Case, CaseValue
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.now import today
from app.demo import history, people, rights
from app.habilitations.models import (
    Habilitation,
    HabilitationRequest,
    ReviewCampaign,
    ReviewItem,
)
from app.habilitations.roles.models import RoleRequest
from app.network.models import Comment, Follow
from scoring.lab.simulate.agents import events as planned
from scoring.lab.simulate.truth import Truth
from tests.factories.people import World

ACTOR = system_identity("tests")
SINCE, UNTIL, PRESENT = date(2026, 8, 1), date(2026, 11, 1), date(2026, 11, 22)

#: what the screens of rights show
SHOWN = (HabilitationRequest, Habilitation, ReviewCampaign, ReviewItem, RoleRequest)


class KilledError(BaseException):
    """The process ends here."""


def _plan(world: World) -> list[planned.FollowupEvent]:
    """Two months of acts, some impossible: an ending without accompagnement, a second accompagnement at once."""
    who = {
        "siren": world.siren_21,
        "siret": world.siret_21,
        "agent_id": "aline@demo.invalid",
    }

    def on(month: int, day: int) -> dict[str, object]:
        return {**who, "happened_on": date(2026, month, day)}

    return [
        planned.CommentEvent(**on(7, 20), text="Avant la liste."),
        planned.FollowEvent(**on(8, 3)),
        planned.SupportClosed(**on(8, 4), outcome="stabilisee", text="Impossible."),
        planned.CommentEvent(**on(8, 5), text="Le dirigeant répond."),
        planned.CommentEvent(**on(8, 5), text="Le bilan tarde."),
        planned.SupportOpened(**on(8, 20), criticality="elevee", text="Premier rendez-vous."),
        planned.SupportOpened(**on(8, 21), criticality="elevee", text="Impossible."),
        planned.CommentEvent(**on(9, 2), text="Un plan est trouvé."),
        planned.SupportClosed(**on(9, 20), outcome="stabilisee", text="Le plan tient."),
    ]


@pytest.fixture
def stage(world: World, app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> history.Stage:
    """The invented people at work on the plan."""
    with unit_of_work(ACTOR) as session:
        people.settle(session, password="une phrase de passe de test", on=PRESENT)
    monkeypatch.setattr(history, "plan_followup", lambda *_args, **_options: _plan(world))
    nothing = pd.DataFrame({"siren": [], "supported_on": []})
    return history.Stage(
        config=app.config["VIGIE"],
        truth=Truth(firms=nothing, distress=nothing, risk=nothing),
        profiles=[],
        seed=1,
        present=PRESENT,
    )


def _done() -> dict[str, int]:
    tables = {"comments": Comment, "follows": Follow, "cases": Case, "values": CaseValue}
    with unit_of_work(ACTOR) as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
        ended = select(func.count()).select_from(Case).where(Case.closed_on.is_not(None))
        return {**counts, "ended": session.scalar(ended) or 0}


#: a partner comments once, and follows by doing so
ALL = {"comments": 4, "follows": 2, "cases": 1, "values": 3, "ended": 1}


def test_a_replay_does_what_follows_the_list_and_drops_the_impossible(stage: history.Stage) -> None:
    done = history._live(stage, since=SINCE, until=UNTIL)
    assert done["refused"] == 3
    assert _done() == ALL


@pytest.mark.parametrize("survived", range(10))
def test_a_replay_killed_between_two_acts_is_not_done_twice(
    stage: history.Stage, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    left = [survived]

    def die(session: Session, identity: Identity, event: planned.FollowupEvent) -> str:
        if left[0] == 0:
            raise KilledError
        left[0] -= 1
        return real_act(session, identity, event)

    real_act = history.act
    with monkeypatch.context() as patched:
        patched.setattr(history, "act", die)
        with pytest.raises(KilledError):
            history._live(stage, since=SINCE, until=UNTIL)
    history._live(stage, since=SINCE, until=UNTIL)
    assert _done() == ALL
    assert not history._live(stage, since=SINCE, until=UNTIL)


def test_starting_the_demonstration_again_signs_nothing_twice(world: World, tmp_path: Path) -> None:
    for _ in range(2):
        with unit_of_work(ACTOR) as session:
            ids = people.settle(session, password="une phrase de passe de test", on=PRESENT)
            people.commit_everyone(session, ids)
    with unit_of_work(ACTOR) as session:
        signed = select(func.count()).where(Commitment.agent_id.in_(ids.values()))
        assert session.scalar(signed) == len(ids)


def test_every_screen_of_rights_has_something_to_show_and_starting_again_adds_nothing(
    world: World,
) -> None:
    with unit_of_work(ACTOR) as session:
        people.settle(session, password="une phrase de passe de test", on=today())
    seen = []
    for _ in range(2):
        rights.show(ACTOR)
        with unit_of_work(ACTOR) as session:
            count = select(func.count())
            seen.append([session.scalar(count.select_from(kind)) for kind in SHOWN])
            asleep = [one.first_name for one in session.scalars(select(Agent)) if one.is_dormant]
    assert seen[0] == seen[1]
    assert seen[0][0] == seen[0][2] == seen[0][4] == 1
    assert asleep == ["Mona"]
