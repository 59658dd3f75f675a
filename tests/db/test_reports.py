"""Reports made from two years of firms: counted as the funnel counts, masked, frozen, made once whatever happens."""

import io
import json
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.core import now
from app.core.access.identity import system_identity
from app.core.errors import DomainError
from app.core.journal import Event
from app.evidence.publications import counting, freezing, secrecy
from app.evidence.publications.kinds import KINDS
from app.evidence.publications.models import PeriodTally, PublishedPeriod
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports import building, services
from app.evidence.reports.content import ComparedPeriods, content_of
from app.evidence.reports.documents import pdf_file
from app.evidence.reports.models import ConventionReport, ReportFile, ReportFormat, ReportState
from app.impact.queries import Period, funnel
from scoring.secrecy.masking import Masking
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.reports import two_years
from tests.support.journaled import journaled

YEAR, HALF = ReportPeriod(2025), ReportPeriod(2025, 1)
ACTOR = system_identity("tests")


SMALL = ("AZ", "BE", "FZ")
REWRITING = (
    "update report_file set content = 'x'",
    "delete from report_file",
    "update period_tally set counts = '{}'",
    "delete from published_period",
    "update published_period set figures = '{}'",
    "update convention_report set period = '2024'",
)
UNPUBLISHING = "update published_period set published_at = null, published_by = null"


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


@pytest.fixture
def world(world: World) -> World:
    """The world, and two years of firms."""
    with system() as session:
        two_years(session, world)
    return world


def ask(world: World, period: ReportPeriod = HALF, region: str | None = None) -> int:
    with working_as(world.admin) as (session, who):
        return services.ask(session, who, period=period, region=region).id


def made(world: World, period: ReportPeriod = HALF, region: str | None = None) -> int:
    report_id = ask(world, period, region)
    building.run(report_id)
    return report_id


def state_of(report_id: int) -> tuple[ReportState, int, int, str | None]:
    with system() as session:
        report = session.get_one(ConventionReport, report_id)
        return report.state, report.done, report.total, report.error


def files(report_id: int) -> dict[ReportFormat, bytes]:
    with system() as session:
        found = select(ReportFile.format, ReportFile.content).where(
            ReportFile.report_id == report_id
        )
        return dict(session.execute(found).all())


def told(period: str) -> dict[str, Any]:
    with system() as session:
        return dict(session.get_one(PublishedPeriod, period).figures["counts"])


def test_a_report_is_counted_as_the_funnel_counts_audited_and_written_in_each_format(
    world: World,
) -> None:
    report_id = made(world, YEAR)
    assert state_of(report_id) == (ReportState.DONE, 5, 5, None)
    with system() as session:
        published = session.get_one(PublishedPeriod, "2025")
        assert (published.recoverable, published.masked > 0) == (0, True)
        assert published.cells > 50
        who = counting.everywhere(session, ACTOR)
        seen = Period(since=YEAR.since, until=YEAR.until, seen_until=YEAR.seen_until)
        total = funnel(session, who, seen)[-1]
        everywhere = "|".join(["total"] * 4)
        counts = published.figures["counts"]
        assert counts["detected"][everywhere] == total.detected > 50
        assert counts["within_three"][everywhere] == total.within_three > 10
        assert published.figures["delays"]["total"]["days_to_contact"] == total.days_to_contact
    written = files(report_id)
    assert set(written) == set(ReportFormat)
    detected = str(total.detected)
    lines = CalamineWorkbook.from_filelike(io.BytesIO(written[ReportFormat.XLSX]))
    essential = lines.get_sheet_by_name("1 L’essentiel").to_python()
    assert essential[3][:2] == ["Détectées", total.detected]
    table = docx.Document(io.BytesIO(written[ReportFormat.DOCX])).tables[0]
    assert [cell.text for cell in table.rows[1].cells][:2] == ["Détectées", detected]
    assert written[ReportFormat.PDF].startswith(b"%PDF-")
    assert b"/MarkInfo" in written[ReportFormat.PDF]
    everybody = ";".join(["total"] * 4 + ["Ensemble"] * 4)
    assert f"2025;detected;1;{everybody};{detected};" in written[ReportFormat.CSV].decode()
    assert "first_supported" in written[ReportFormat.DICTIONARY].decode()
    assert len(journaled(Event.REPORT_BUILT)) == 1
    assert len(journaled(Event.FIGURES_FROZEN)) == 6


def test_no_cell_of_one_or_two_is_told_and_none_moves_when_another_period_is(world: World) -> None:
    made(world)
    before = told("2025-S1")
    small = [value for places in before.values() for value in places.values() if value in (1, 2)]
    assert small == []
    with system() as session:
        counted = session.get_one(PeriodTally, "2025-S1").counts["first_supported"]
    assert any(value in (1, 2) for value in counted.values()), "a mask of nothing proves nothing"
    made(world, YEAR)
    assert told("2025-S1") == before
    year, halves = told("2025")["detected"], [told(f"2025-S{half}")["detected"] for half in (1, 2)]
    for place in ("27|total|total|total", "total|total|total|total"):
        parts = [half.get(place, 0) for half in halves]
        assert None in (*parts, year[place]) or sum(parts) == year[place]


def test_a_crossing_that_no_mask_protects_is_not_told(world: World) -> None:
    """Three firms of a région in three sectors: its total is told by then, and three masked cells would be one firm each."""
    sectors = [("27", sector) for sector in SMALL] + [("11", sector) for sector in SMALL] * 9
    half = dict(Counter(f"{region}|{sector}|10-19|urssaf" for region, sector in sectors))
    kind, first = KINDS["first_supported"], secrecy.mask(KINDS["first_supported"], HALF, tallies={HALF.code: half}, former={})  # fmt: skip
    assert first.told["27|total|total|total"] == 3
    year = secrecy.mask(kind, YEAR, tallies={HALF.code: half}, former={HALF.code: first.told})
    assert year.told["27|total|total|total"] == 3
    assert not [place for place in year.told if place.startswith("27|BE")]
    published = PublishedPeriod(figures={"counts": {kind.code: year.told}})
    assert published.count(kind.code, "27", "BE", "total", "total") is None
    assert published.count(kind.code, "94", "total", "total", "total") == 0


def test_an_audit_that_fails_publishes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mask of the small cells alone: their margins give them back."""

    def primary_only(**known: Any) -> Masking:
        found = PROTECT(**known)
        return Masking(primary=found.primary, secondary=frozenset())

    PROTECT = secrecy.protect  # noqa: N806 - what is replaced
    monkeypatch.setattr(secrecy, "protect", primary_only)
    report_id = ask(world)
    with pytest.raises(DomainError, match="secret statistique"):
        building.run(report_id)
    state, *_, error = state_of(report_id)
    assert state is ReportState.FAILED
    assert "rien n’est publié" in str(error)
    assert files(report_id) == {}


def test_what_is_frozen_does_not_move_and_what_is_told_to_everybody_is_not_taken_back(
    world: World,
) -> None:
    report_id = made(world)
    before = told("2025-S1")
    with system() as session:
        session.execute(text("update company set naf = '0111Z', department = '35'"))
    with system() as session:
        freezing.count(session, ACTOR, HALF)
        freezing.freeze(session, ACTOR, HALF)
    assert told("2025-S1") == before
    for statement in REWRITING:
        with pytest.raises(ProgrammingError, match="permission denied"), system() as session:
            session.execute(text(statement))
    for is_first in (True, False):
        with working_as(world.admin) as (session, who):
            report = session.get_one(ConventionReport, report_id)
            with nullcontext() if is_first else pytest.raises(DomainError, match="déjà publics"):
                services.publish(session, who, report)
    with pytest.raises(DBAPIError, match="not rewritten"), system() as session:
        session.execute(text(UNPUBLISHING))


def test_a_report_killed_while_it_is_written_is_finished_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = ask(world)

    def die(_: object) -> bytes:
        raise KilledError

    monkeypatch.setitem(building.WRITERS, ReportFormat.XLSX, lambda *_: die(_))
    with pytest.raises(KilledError):
        building.run(report_id)
    assert state_of(report_id) == (ReportState.RUNNING, 2, 5, None)
    first = files(report_id)
    assert set(first) == {ReportFormat.PDF, ReportFormat.DOCX}
    monkeypatch.undo()
    monkeypatch.setattr(pdf_file, "pdf_of", die)
    building.run(report_id)
    assert set(files(report_id)) == set(ReportFormat)
    assert {kind: files(report_id)[kind] for kind in first} == first
    building.run(report_id)
    assert len(journaled(Event.REPORT_BUILT)) == 1


def test_a_report_of_a_region_says_its_own_figures_beside_those_of_the_country(
    world: World,
) -> None:
    report_id = made(world, HALF, "27")
    written = files(report_id)
    assert set(written) == {ReportFormat.PDF, ReportFormat.DOCX, ReportFormat.XLSX}
    book = CalamineWorkbook.from_filelike(io.BytesIO(written[ReportFormat.XLSX]))
    rows = book.get_sheet_by_name("1 L’essentiel").to_python()
    counts = told("2025-S1")["detected"]
    assert rows[2] == ["Chiffre", "2025-S1", "2024-S1", "France"]
    assert rows[3][1] == counts["27|total|total|total"]
    assert rows[3][3] == counts["total|total|total|total"]


def test_two_administrators_who_publish_at_once_publish_once(world: World) -> None:
    report_id = made(world)
    with working_as(world.admin) as (session, who):
        report = session.get_one(ConventionReport, report_id)
        seen = session.get_one(PublishedPeriod, HALF.code)
        session.execute(
            text("update published_period set published_at = now(), published_by = :me where period = :period"),
            {"me": world.admin, "period": HALF.code},
        )  # fmt: skip
        assert seen.published_at is None
        with pytest.raises(DomainError, match="déjà publics"):
            services.publish(session, who, report)


def test_a_report_says_when_each_of_its_periods_was_frozen() -> None:
    """One that is counted a year late knows what was recorded late: it is not of the same age."""
    now, before = (
        PublishedPeriod(
            period=half.code, since=half.since, until=half.until, cells=0, masked=0, recoverable=0,
            figures={"counts": {}, "delays": {}}, frozen_at=datetime(2026, month, 1, 23, 30, tzinfo=UTC),
        )
        for half, month in ((HALF, 2), (HALF.previous, 3))
    )  # fmt: skip
    lead = content_of(ComparedPeriods(now=now, before=before), region=None).lead
    assert "arrêtés le 2 février 2026, ceux de 2024-S1 le 2 mars 2026" in lead


@pytest.mark.parametrize("period", [YEAR, ReportPeriod(2025, 2), ReportPeriod(2026)])
def test_figures_that_are_not_final_are_refused(world: World, period: ReportPeriod) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    with now.at(moment), pytest.raises(DomainError, match="à partir du"):
        ask(world, period)


def test_a_place_out_of_reach_and_a_report_that_exists_are_refused(world: World) -> None:
    ask(world, YEAR, "27")
    with working_as(world.manager) as (session, who):
        for region in (None, "11"):
            with pytest.raises(DomainError, match="région de votre zone"):
                services.ask(session, who, period=YEAR, region=region)
        with pytest.raises(DomainError, match="existe déjà"):
            services.ask(session, who, period=YEAR, region="27")


def test_agents_are_told_apart_by_administration_and_masked(world: World) -> None:
    made(world)
    assert KINDS["agents"].counts_agents
    active = told("2025-S1")["agents_active"]
    # Alice and Bob: one in each administration, two in all.
    assert json.dumps(active).count("null") == len(active) == 3
