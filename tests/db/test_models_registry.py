"""The register of models: training, and who is the champion."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.access.identity import Identity, Role, system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError, NotFoundError
from app.core.journal import Event, JournalEntry
from app.models_registry import queries, services
from app.models_registry.models import ModelVersion
from app.trainings.steps import learning
from scoring import train
from scoring.learning import artifacts
from scoring.learning.artifacts import TrainedModel

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")
CONTROL = Identity(agent_id=None, name="Contrôle", roles=frozenset({Role.CONTROLEUR}))
AS_OF = date(2026, 11, 1)


def register(digest: str) -> ModelVersion:
    with unit_of_work(ACTOR) as session:
        version = services.register(
            session,
            ACTOR,
            directory=f"models/{digest}",
            sha256=digest,
            trained_as_of=AS_OF,
            metrics={},
        )
        session.expunge(version)
    return version


def test_the_first_model_becomes_the_champion_and_the_next_ones_wait(fresh_database: None) -> None:
    assert register("a").is_champion
    assert not register("b").is_champion
    with unit_of_work(ACTOR) as session:
        assert queries.require_champion(session).sha256 == "a"
        assert [version.sha256 for version in queries.list_versions(session)] == ["b", "a"]
    with unit_of_work(CONTROL) as session:
        written = session.scalar(
            select(func.count()).where(JournalEntry.event == Event.MODEL_TRAINED.value)
        )
    assert written == 2


def test_the_same_file_is_registered_once(fresh_database: None) -> None:
    assert register("a").id == register("a").id
    with unit_of_work(ACTOR) as session:
        assert len(queries.list_versions(session)) == 1
        with pytest.raises(NotFoundError):
            queries.get_version(session, 999)


def test_without_a_champion_one_is_told_to_train(fresh_database: None) -> None:
    with unit_of_work(ACTOR) as session, pytest.raises(DomainError, match="models train"):
        queries.require_champion(session)


def test_without_data_training_says_what_to_do(fresh_database: None, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="publiez un import"):
        learning.train(tmp_path, as_of=AS_OF)


def test_too_short_a_history_is_refused_in_french(
    fresh_database: None, app: TransactionalFlask, home: Path
) -> None:
    answer = app.test_cli_runner().invoke(args=["models", "train", "--as-of", "2025-01-01"])
    assert answer.exit_code == 1
    assert "ne suffisent pas à entraîner un modèle" in answer.output
    assert not list((home / "models").glob(".training-*"))


def test_training_registers_the_model_it_saved(
    fresh_database: None, app: TransactionalFlask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The learning itself is tested with the scoring package; here, what becomes of its product."""
    seen = {}

    def learn(lake, *, as_of, out_dir, labels, seed, settings) -> TrainedModel:  # type: ignore[no-untyped-def]
        seen.update(as_of=as_of, labels=list(labels.columns), quarters=settings.block_quarters)
        small = artifacts.load(home / "models" / "small")
        return artifacts.save(small, out_dir)

    monkeypatch.setattr(train, "train", learn)
    answer = app.test_cli_runner().invoke(
        args=["models", "train", "--as-of", "2026-11-01", "--block-quarters", "2", "--json"]
    )
    assert answer.exit_code == 0, answer.output
    facts = json.loads(answer.stdout)
    assert facts["is_champion"]
    assert seen["as_of"] == AS_OF
    assert seen["quarters"] == 2
    assert {"siren", "kind", "occurred_on", "known_at", "value"} <= set(seen["labels"])
    with unit_of_work(ACTOR) as session:
        version = queries.require_champion(session)
        saved = home / version.directory
        assert artifacts.load(saved, expected=version.sha256).metadata["features"]
        assert version.metrics["thresholds"]
        assert version.metrics["card"].startswith("# Modèle du 2026-11-01")
