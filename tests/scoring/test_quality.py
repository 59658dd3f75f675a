"""A batch is compared with the one it would replace: what differs is green, orange or red."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data import quality
from scoring.data.lake import Lake
from scoring.data.quality import Finding
from scoring.data.sources.duplicates import copy_of
from scoring.data.sources.report import FileReport
from scoring.vocabulary import CheckLevel
from tests.scoring.small_lake import lake_of, table_of

MONTH = date(2024, 1, 1)
MANY = 1000


def plans(count: int, **changed: Any) -> list[dict[str, Any]]:
    """Payment plans of `count` establishments, approved but one in ten."""
    return [
        {
            "siret": f"{n:014}",
            "account": "1",
            "created_on": MONTH,
            "amount": 100.0,
            "stage": "PR" if n % 10 == 0 else "APPROB",
            **changed,
        }
        for n in range(count)
    ]


def units(count: int, *, active: int) -> list[dict[str, Any]]:
    """Legal units, the first ones active."""
    return [
        {"siren": f"{n:09}", "name": "X", "created_on": MONTH, "is_active": n < active}
        for n in range(count)
    ]


def found(root: Path, source: str, before: list[Any], now: list[Any]) -> dict[str, Finding]:
    """Return the finding of each check on a second batch of a source."""
    lake = lake_of(root, **{source: before})
    lake.open_batch("b2")
    lake.write("b2", source, table_of(source, now))
    return {finding.check: finding for finding in quality.examine(lake, "b2", [])}


def test_the_same_batch_again_is_green(tmp_path: Path) -> None:
    findings = found(tmp_path, "delai", plans(MANY), plans(MANY))
    assert {finding.level for finding in findings.values()} == {CheckLevel.GREEN}
    assert quality.worst(list(findings.values())) == CheckLevel.GREEN


@pytest.mark.parametrize(
    ("count", "check", "level"),
    [
        (960, "fewer_rows", CheckLevel.GREEN),
        (800, "fewer_rows", CheckLevel.ORANGE),
        (600, "fewer_rows", CheckLevel.RED),
        (0, "fewer_rows", CheckLevel.RED),
        (1600, "more_rows", CheckLevel.ORANGE),
        (3100, "more_rows", CheckLevel.RED),
    ],
)
def test_lines_that_come_or_go(tmp_path: Path, count: int, check: str, level: CheckLevel) -> None:
    finding = found(tmp_path, "delai", plans(MANY), plans(count))[check]
    assert (finding.level, finding.before, finding.now) == (level, MANY, count)


def test_a_handful_of_lines_is_never_red(tmp_path: Path) -> None:
    assert found(tmp_path, "delai", plans(100), plans(1))["fewer_rows"].level == CheckLevel.ORANGE


def test_a_column_that_empties_is_named(tmp_path: Path) -> None:
    half = plans(500) + plans(500, amount=None)
    finding = found(tmp_path, "delai", plans(MANY), half)["missing"]
    assert (finding.level, finding.detail) == (CheckLevel.RED, "amount")
    assert (finding.before, finding.now) == (0.0, 0.5)


def test_a_column_that_was_always_empty_is_no_news(tmp_path: Path) -> None:
    empty = plans(MANY, amount=None)
    assert found(tmp_path, "delai", empty, empty)["missing"].level == CheckLevel.GREEN


@pytest.mark.parametrize("stray", ["Menuiserie fictive du Test", "10000000900008"])
def test_what_is_no_code_is_not_quoted(tmp_path: Path, stray: str) -> None:
    """A shifted column brings names and numbers where codes were."""
    now = plans(MANY - 300) + plans(300, stage=stray)
    detail = found(tmp_path, "delai", plans(MANY), now)["unseen_codes"].detail
    assert detail == f"stage : {stray[:4]}•••"


@pytest.mark.parametrize(("share", "level"), [(10, CheckLevel.ORANGE), (300, CheckLevel.RED)])
def test_a_code_never_seen_is_named(tmp_path: Path, share: int, level: CheckLevel) -> None:
    now = plans(MANY - share) + plans(share, stage="NOUVEAU")
    finding = found(tmp_path, "delai", plans(MANY), now)["unseen_codes"]
    assert (finding.level, finding.detail) == (level, "stage : NOUVEAU")


def test_new_identifiers_are_no_codes(tmp_path: Path) -> None:
    others = [{**plan, "siret": f"9{plan['siret'][1:]}"} for plan in plans(MANY)]
    assert found(tmp_path, "delai", plans(MANY), others)["unseen_codes"].level == CheckLevel.GREEN


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (units(MANY, active=990), CheckLevel.GREEN),
        (units(MANY, active=950), CheckLevel.ORANGE),
        (units(MANY, active=800), CheckLevel.RED),
        (units(850, active=850), CheckLevel.RED),
    ],
)
def test_a_sirene_that_closes_many_firms(
    tmp_path: Path, now: list[dict[str, Any]], level: CheckLevel
) -> None:
    finding = found(tmp_path, "sirene_ul", units(MANY, active=MANY), now)["closures"]
    assert finding.level == level


def test_a_file_older_than_the_one_before_is_red_however_small(tmp_path: Path) -> None:
    finding = found(tmp_path, "delai", plans(3), plans(3, created_on=date(2023, 11, 1)))["earlier"]
    assert (finding.level, finding.measure, finding.detail) == (
        CheckLevel.RED,
        2,
        "01/2024 → 11/2023",
    )


@pytest.mark.parametrize(("rejected", "level"), [(10, "green"), (100, "orange"), (400, "red")])
def test_a_first_batch_is_judged_on_its_rejects(tmp_path: Path, rejected: int, level: str) -> None:
    lake = Lake(tmp_path)
    lake.open_batch("b1")
    lake.write("b1", "delai", table_of("delai", plans(3)))
    report = FileReport("delai", "x.csv", "0", rows=MANY, valid=MANY - rejected, rejected=rejected)
    (finding,) = quality.examine(lake, "b1", [report])
    assert (finding.check, finding.level) == ("rejected", level)


@pytest.mark.parametrize("copies", [0, 1, 9])
def test_a_file_sent_again_hides_none_of_its_rejects(tmp_path: Path, copies: int) -> None:
    lake = Lake(tmp_path)
    lake.open_batch("b1")
    lake.write("b1", "delai", table_of("delai", plans(3)))
    report = FileReport("delai", "x.csv", "0", rows=MANY, valid=MANY - 400, rejected=400)
    others = [copy_of(report, name=f"{n}.csv") for n in range(copies)]
    (finding,) = quality.examine(lake, "b1", [report, *others])
    assert (finding.level, finding.measure) == (CheckLevel.RED, 400 / MANY)


def test_the_worst_comes_first(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, delai=plans(MANY), sirene_ul=units(MANY, active=MANY))
    lake.open_batch("b2")
    lake.write("b2", "delai", table_of("delai", plans(800)))
    lake.write("b2", "sirene_ul", table_of("sirene_ul", units(10, active=10)))
    levels = [finding.level for finding in quality.examine(lake, "b2", [])]
    assert levels == sorted(levels, key=list(CheckLevel).index, reverse=True)
    assert levels[0] == CheckLevel.RED


def remarked(root: Path, *, lines: int, of: int) -> Finding | None:
    """Return the finding on legal units of which some are in another nomenclature."""
    lake = lake_of(root, sirene_etab=[{"siren": "1" * 9}])
    lake.open_batch("b2")
    lake.write("b2", "sirene_ul", table_of("sirene_ul", units(of, active=of)))
    label = "activité dans une autre nomenclature que la NAF rév. 2"
    report = FileReport("sirene_ul", "x.csv", "0", rows=of, valid=of, warnings={label: lines})
    findings = [f for f in quality.examine(lake, "b2", [report]) if f.check == "serious"]
    return findings[0] if findings else None


@pytest.mark.parametrize(
    ("lines", "level"), [(MANY, CheckLevel.RED), (10, CheckLevel.ORANGE), (0, None)]
)
def test_a_nomenclature_nobody_expects_is_red(
    tmp_path: Path, lines: int, level: CheckLevel | None
) -> None:
    finding = remarked(tmp_path, lines=lines, of=MANY)
    assert (finding.level if finding else None) == level


def test_a_file_sent_again_makes_its_remarks_no_worse(tmp_path: Path) -> None:
    """Under another compression its lines are read again, remarked again, and count once."""
    label = "activité dans une autre nomenclature que la NAF rév. 2"
    lake = lake_of(tmp_path, sirene_etab=[{"siren": "1" * 9}])
    lake.open_batch("b2")
    lake.write("b2", "sirene_ul", table_of("sirene_ul", units(MANY, active=MANY)))
    first = FileReport("sirene_ul", "x.csv", "0", rows=MANY, valid=MANY, warnings={label: 10})
    again = FileReport(
        "sirene_ul", "x.csv.gz", "1", rows=MANY, duplicates=MANY, warnings={label: 10}
    )
    findings = quality.examine(lake, "b2", [first, again, copy_of(first, name="y.csv")])
    (finding,) = [one for one in findings if one.check == "serious"]
    assert finding.measure == 10 / MANY


def test_legal_units_without_their_establishments_are_said(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.open_batch("b")
    lake.write("b", "sirene_ul", table_of("sirene_ul", units(3, active=3)))
    found = {finding.check: finding for finding in quality.examine(lake, "b", [])}
    assert found["companion"].level == CheckLevel.ORANGE
    assert found["companion"].detail == "Sirene, établissements"
    lake.write("b", "sirene_etab", table_of("sirene_etab", [{"siren": "0" * 9}]))
    assert "companion" not in {finding.check for finding in quality.examine(lake, "b", [])}


def test_a_state_that_becomes_unknown_closes_nobody(tmp_path: Path) -> None:
    unknown = [{**unit, "is_active": None} for unit in units(MANY, active=MANY)]
    assert found(tmp_path, "sirene_ul", units(MANY, active=MANY), unknown)["closures"].now == MANY


def test_what_the_bodacc_and_urssaf_tell_differently_is_counted(tmp_path: Path) -> None:
    day = date(2024, 3, 1)
    events = [
        {"siren": f"{n:09}", "effective_on": day, "kind": "liquidation", "stage": "ouverture"}
        for n in range(10)
    ]
    lake = lake_of(tmp_path, procol=events)
    lake.open_batch("b2")
    told = [
        {"siren": f"{n:09}", "judged_on": date(2024, 3, 1 + (n == 3)), "published_on": date(2024, 3, 20),
         "kind": "liquidation", "stage": "ouverture"}
        for n in range(9)
    ]  # fmt: skip
    lake.write("b2", "bodacc", table_of("bodacc", told))
    finding = {f.check: f for f in quality.examine(lake, "b2", [])}["disagreement"]
    assert (finding.source, finding.level) == ("bodacc", CheckLevel.ORANGE)
    assert finding.measure == pytest.approx(0.2)
    assert finding.detail == (
        "un autre jour : 1, au Bodacc seul : 0, à l’Urssaf seule : 1, sur 10 événements"
    )
