"""Two who keep the same antenne write at once: the second decides on what the first wrote."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.referrals.directory import queries
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.experts import services as experts
from app.referrals.directory.models import AntenneManager, Competence, Expert
from app.referrals.directory.versions import ChangedMeanwhileError
from app.referrals.files.columns import entry_of_expert
from tests.db.test_races import Race, run
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.referrals import plant_directory, subject_ids


def test_the_same_subject_is_added_once(world: World) -> None:
    number = plant_directory(world)["expert_id"]
    first, second = subject_ids()[:2]

    def treat(session: Session, who: Identity, expert: object, services: Mapping[int, str]) -> None:
        assert isinstance(expert, Expert)
        entry = entry_of_expert(expert)
        experts.change(
            session, who, expert, replace(entry, services=services), shown=expert.version
        )

    both = {first: "Une aide fictive", second: "Une autre aide"}
    with pytest.raises(ChangedMeanwhileError):
        run(
            Race(
                world.alice,
                lambda session, who: queries.get_expert(session, who, number),
                lambda session, who, expert: treat(session, who, expert, both),
                lambda session, who: treat(
                    session, who, queries.get_expert(session, who, number), both
                ),
            )
        )
    with system() as session:
        held = select(Competence.subject_id).where(
            Competence.expert_id == number, Competence.ended_at.is_(None)
        )
        assert sorted(session.scalars(held)) == [first, second]


def test_the_same_manager_is_named_once(world: World) -> None:
    number = plant_directory(world)["antenne_id"]
    both = ["alice@exemple.invalid", "bob@exemple.invalid"]

    def name(session: Session, who: Identity, antenne: object) -> None:
        antennes.set_managers(session, who, antenne, both)  # type: ignore[arg-type]

    run(
        Race(
            world.admin,
            lambda session, who: queries.get_antenne(session, who, number),
            name,
            lambda session, who: name(session, who, queries.get_antenne(session, who, number)),
        )
    )
    with system() as session:
        named = select(AntenneManager.agent_id).where(
            AntenneManager.antenne_id == number, AntenneManager.removed_at.is_(None)
        )
        assert set(session.scalars(named)) == {world.alice, world.bob}
