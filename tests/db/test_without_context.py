"""A bare connection of the application's role, as `psql` would open one: no context, no row, nothing written."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.accounts.local import backoff
from app.companies.models import CompanyTotals
from app.core.now import utcnow
from app.core.work.jobs import conninfo
from app.detections.drift.models import ShadowRun
from app.detections.lists.display.columns import Density
from app.detections.lists.display.models import ListDisplay
from app.detections.models import DetectionRuleEffect
from app.detections.news.models import ListTally
from app.imports.models import BatchCheck, BatchDecision, Decision, SourceCoverage
from app.messages.models import Announcement, NoticeKind, Reason
from app.models_registry.models import DecisionKind, ModelDecision
from app.network.models import FeedSeen
from app.operations.watch.models import WatchedThing, WatchStanding
from app.portal.home.models import HandledAlert
from app.records.retention.models import KeptObject, RetentionRehearsal
from app.referrals.needs.models import ContactReading, FirmNeed, NeedMessage
from app.search.models import RecentSearch, SearchTyping
from scoring.vocabulary import CheckLevel
from tests.factories.accounts import add_passkey, local_account
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import World
from tests.support.readers import open_session

PROTECTED = """
    select relname from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    and relrowsecurity and has_table_privilege(oid, 'select') order by relname
"""
#: its own policy lets Vigie write before anybody is known; its trigger then demands who and what
WRITTEN_BY_ANYBODY = {"journal"}
#: nothing writes them in this world
MAY_BE_EMPTY = {
    "case_outcome",
    "comment_version",
    "journal_seal",
    "annual_accounts",
    "territory",
    "territory_commune",
    "procedure_event",
    "establishment_succession",
    "sector_median",
    "sector_ratio",
    "batch_file",
}
Bare = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def full(confidences: Confidences) -> World:
    """A world where each protected table of the follow-up holds something."""
    world, known = confidences.world, confidences.arguments
    local_account(world.alice)
    open_session(world.alice)
    add_passkey(world.alice)
    with system() as session:
        session.add(
            ListDisplay(agent_id=world.alice, columns=["lieu"], density=Density.COMFORTABLE)
        )
        backoff.admit(session, [backoff.of_account("alice@exemple.invalid", world.alice)])
        solicitation_id = session.get_one(FirmNeed, known["need_id"]).solicitation_id
        session.add_all(
            (
                BatchCheck(
                    batch_id="lot-secret", source="debit", source_label="Débits", name="missing", label="x",
                    unit="share", level=CheckLevel.RED, measure=0.5, orange=0.1, red=0.3,
                ),
                BatchDecision(batch_id="lot-secret", kind=Decision.PUBLISH, reason="Vu"),
                SourceCoverage(source="debit", first_month=date(2026, 1, 1), rows=[1]),
                DetectionRuleEffect(
                    entry_id=known["entry_id"], siren=world.siren_21, departments=["21"], natures=[],
                    name="essai", effect=1, reason="Vu", position=1,
                ),
                CompanyTotals(siren=world.siren_21, code="effectif", first_month=date(2026, 1, 1), values=[10.0]),
                NeedMessage(need_id=known["need_id"], author_id=world.bob, body="Vu"),
                ContactReading(solicitation_id=solicitation_id, agent_id=world.bob),
                SearchTyping(agent_id=world.alice, lists=1, told_at=utcnow()),
                RecentSearch(agent_id=world.alice, query="forges", searched_at=utcnow()),
                FeedSeen(agent_id=world.alice, seen_at=utcnow()),
                HandledAlert(agent_id=world.alice, siren=world.siren_21, list_id=known["list_id"]),
                ListTally(
                    list_id=known["list_id"], department="21", elevee=1, moderee=0, first_alerts=1, aggravations=0,
                    re_alerts=0, leavers=0,
                ),
                Announcement(
                    agent_id=world.scientist, dedup_key="essai", subject="Vu", path="/modele",
                    kind=NoticeKind.ANNOUNCEMENT, reason=Reason.MODELS,
                ),
                ModelDecision(
                    model_id=known["model_id"], kind=DecisionKind.CHALLENGE, reason="Vu", agent_id=world.scientist
                ),
                RetentionRehearsal(
                    object=KeptObject.CASE, rehearsed_on=date(2026, 1, 1), until_on=date(2026, 1, 1), quantity=1, examples=["1"]
                ),
                WatchedThing(code="disk", standing=WatchStanding.FINE),
                ShadowRun(
                    run_id=known["run_id"], model_id=known["model_id"], champion_id=known["model_id"], counts={}
                ),
            )
        )  # fmt: skip
    return world


@pytest.fixture
def bare(app: Flask, full: World) -> Iterator[Bare]:
    """What somebody who stole the application's password, and nothing else, can open."""
    url = conninfo(app.config["VIGIE_ENDPOINTS"].app_url)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def protected(bare: Bare) -> list[str]:
    return [str(name) for (name,) in bare.execute(PROTECTED).fetchall()]


def partitions(bare: Bare) -> set[str]:
    """The months of the journal: most are still to come."""
    rows = bare.execute("select relname from pg_class where relispartition and relkind = 'r'")
    return {str(name) for (name,) in rows.fetchall()}


def test_no_row_is_read(bare: Bare) -> None:
    names = protected(bare)
    assert len(names) > 30
    counts = {
        name: bare.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier(name))
        ).fetchone()
        for name in names
    }
    assert {name: count for name, count in counts.items() if count != (0,)} == {}


def test_there_was_something_to_read(bare: Bare) -> None:
    """Nearly everywhere: an empty table would prove nothing."""
    with bare.transaction():
        bare.execute("select set_config('vigie.system', 'on', true)")
        empty = {
            name
            for name in set(protected(bare)) - partitions(bare)
            if bare.execute(f"select 1 from {name} limit 1").fetchone() is None
        }
    assert empty == MAY_BE_EMPTY


def test_no_row_is_written(bare: Bare) -> None:
    for name in set(protected(bare)) - WRITTEN_BY_ANYBODY:
        # A table in partitions first looks for that of the row, and a row of nothing has none.
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)):
            bare.execute(sql.SQL("insert into {} default values").format(sql.Identifier(name)))


def test_no_series_is_written(bare: Bare) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bare.execute(
            "insert into company_series values"
            " ('10000000900008', 'x', '100000009', '21', null, '2026-01-01', '{1}')"
        )


def test_no_row_is_changed_or_removed(bare: Bare) -> None:
    for name in protected(bare):
        for statement in (f"update {name} set ctid = ctid", f"delete from {name}"):
            try:
                assert bare.execute(statement).rowcount == 0, statement
            except psycopg.errors.InsufficientPrivilege:
                continue
            except psycopg.errors.FeatureNotSupported:
                continue


@pytest.mark.parametrize(
    "setting", ["vigie.departments", "vigie.zone_urssaf", "vigie.natures", "vigie.case_sirens"]
)
def test_a_zone_without_the_rest_opens_no_figure(bare: Bare, full: World, setting: str) -> None:
    """One setting alone, as a forgotten half of the context would leave it."""
    value = f"{{21,urssaf,score,{full.siren_21}}}"
    with bare.transaction():
        bare.execute("select set_config(%s, %s, true)", [setting, value])
        for table in ("company_series", "payment_plan", "detection_entry", "comment"):
            count = bare.execute(f"select count(*) from {table}").fetchone()
            assert count == (0,), table


def test_the_migration_number_is_read_and_not_written(bare: Bare) -> None:
    assert bare.execute("select count(*) from alembic_version").fetchone() == (1,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bare.execute("update alembic_version set version_num = '0000'")


def test_a_job_carries_numbers_only(bare: Bare) -> None:
    """The queue has no policy: nothing in it may tell a firm, a text or a person's name."""
    found = bare.execute("select args from procrastinate_jobs").fetchall()
    assert len(found) > 5
    assert {type(value) for (args,) in found for value in dict(args).values()} <= {int}  # type: ignore[call-overload]
