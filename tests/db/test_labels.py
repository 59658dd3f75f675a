"""What agents do becomes labels; labels censor the model and never feed it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import now
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.labels import queries, services
from app.labels.export import write_labels
from app.labels.models import Label
from scoring import features
from scoring.data.lake import Lake
from scoring.learning import follow_up as learning
from tests.factories.people import World, identity

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")
TODAY = date(2026, 11, 20)


Record = Callable[[Session, services.LabelledAct], None]


def act(
    world: World,
    record: Record = services.record_support_opened,
    *,
    on: date = TODAY,
    siren: str | None = None,
) -> None:
    """Something alice does, on a firm of her zone."""
    with unit_of_work(ACTOR) as session:
        alice = identity(session, world.alice)
    learnt_from = services.LabelledAct(
        siren=siren or world.siren_21, occurred_on=on, subject_kind="case", subject_id=1
    )
    with unit_of_work(alice) as session:
        record(session, learnt_from)


def known() -> list[tuple[str, str, float | None]]:
    with unit_of_work(ACTOR) as session:
        return [
            (label.kind.value, label.value, label.p_select)
            for label in session.scalars(select(Label).order_by(Label.id))
        ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (services.record_support_opened, [("support_opened", "", None)]),
        (
            partial(services.record_support_closed, outcome="stabilisee"),
            [("support_closed", "stabilisee", None), ("outcome", "stabilisee", None)],
        ),
        (
            partial(services.record_outcome, outcome="cessation"),
            [("outcome", "cessation", None)],
        ),
        (
            partial(services.record_verdict, verdict="confirmee", p_select=0.1),
            [("verdict", "confirmee", 0.1)],
        ),
        (partial(services.record_refusal, p_select=None), [("refusal", "", None)]),
        (partial(services.record_unreachable, p_select=1.0), [("unreachable", "", 1.0)]),
    ],
)
def test_each_act_teaches_what_it_should(
    world: World, record: Record, expected: list[object]
) -> None:
    act(world, record)
    assert known() == expected


def test_whoever_writes_a_label_cannot_read_it_back(world: World, session: Session) -> None:
    act(world)
    alice = identity(session, world.alice)
    scientist = identity(session, world.scientist)
    session.rollback()
    with acting_as(alice):
        assert session.scalars(select(Label)).all() == []
        session.rollback()
    with acting_as(scientist):
        assert len(session.scalars(select(Label)).all()) == 1
        session.rollback()


def test_a_label_is_known_from_the_day_it_was_written_in_paris(
    world: World, tmp_path: Path
) -> None:
    # 23:30 UTC on the 19th is the 20th in Paris.
    with now.at(datetime.fromisoformat("2026-11-19T23:30:00+00:00")):
        act(world, on=date(2026, 9, 1))
    with unit_of_work(ACTOR) as session:
        assert queries.list_labels(session, known_before=date(2026, 11, 19)) == []
        assert write_labels(session, tmp_path / "labels.parquet", known_before=TODAY) == 1
    frame = pd.read_parquet(tmp_path / "labels.parquet")
    assert list(frame.columns) == ["siren", "kind", "occurred_on", "known_at", "value", "p_select"]
    assert frame["known_at"].tolist() == [TODAY]
    assert frame["occurred_on"].tolist() == [date(2026, 9, 1)]


def test_a_support_opened_today_censors_the_label_tomorrow_and_touches_no_feature(
    world: World, home: Path
) -> None:
    lake, tomorrow = Lake(home / "lake"), date(2026, 11, 21)
    before = features.build(lake, tomorrow)
    panel = features.panel(lake, [pd.Timestamp(2025, 10, 1)])
    openings = features.openings(lake, tomorrow)
    # A firm that never failed, supported inside its second interval.
    siren = str(panel.loc[~panel["siren"].isin(openings["siren"]), "siren"].iloc[0])
    with unit_of_work(ACTOR) as session:
        session.execute(
            text("update company set siren = :siren where siren = :old"),
            {"siren": siren, "old": world.siren_21_quiet},
        )
        session.execute(
            text("update establishment set siren = :siren where siren = :old"),
            {"siren": siren, "old": world.siren_21_quiet},
        )
    with now.at(datetime.fromisoformat("2026-11-20T10:00:00+00:00")):
        act(world, on=date(2026, 2, 1), siren=siren)
    labels = home / "labels.parquet"
    with unit_of_work(ACTOR) as session:
        write_labels(session, labels, known_before=tomorrow)
    frame = pd.read_parquet(labels)

    def rows(known_by: date) -> pd.DataFrame:
        support = learning.support_episodes(frame, known_by=known_by)
        history = learning.follow_up(openings, known_by=tomorrow, support=support)
        return learning.hazard_rows(panel[panel["siren"].eq(siren)], history)

    free, censored = rows(date(2026, 11, 19)), rows(tomorrow)
    assert free["weight"].tolist() == [1.0] * len(free)
    assert len(free) > 2
    assert censored["interval"].tolist() == [1, 2]
    assert censored["weight"].tolist() == [1.0, 0.5]
    assert censored["y"].tolist() == [0, 0]
    pd.testing.assert_frame_equal(before, features.build(lake, tomorrow))
