"""Which firms are in, and why the others are out."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.nomenclature import in_rev2
from scoring.data.perimeter import counts, perimeter
from scoring.data.perimeter_rule import (
    REASONS,
    RULE_FILE,
    SOLE_TRADERS,
    is_left_out_person,
    rule,
    takes_sole_traders,
)
from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.registry import SOURCES
from scoring.errors import SettingValueError
from tests.scoring.small_lake import lake_of, rows_of

LAST = date(2024, 1, 1)
SIREN = "111111111"


def verdict(lake: Lake, as_of: date | None = None) -> dict[str, Any]:
    return dict(rows_of(perimeter(lake, connect(), as_of), "siren", "reason"))


def firm(
    root: Path, *, workforce: dict[date, float] | None = None, naf: str = "46.42Z", **cells: Any
) -> Lake:
    months = {LAST: 12.0} if workforce is None else workforce
    # Another firm sets the last month of the file.
    rows = [{"siren": "999999999", "month": LAST, "workforce": 1.0}]
    rows += [{"siren": SIREN, "month": m, "workforce": n} for m, n in months.items()]
    return lake_of(
        root,
        effectif_ent=rows,
        sirene_ul=[{"siren": SIREN, "legal_category": cells.get("category", "5710"), "naf": naf}],
        sirene_etab=[
            {
                "siren": SIREN,
                "is_head_office": cells.get("seat", True),
                "department": cells.get("department", "33"),
            }
        ],
    )


def test_a_private_firm_of_ten_employees_seated_in_france_is_in(tmp_path: Path) -> None:
    assert verdict(firm(tmp_path, workforce={LAST: 10.0}))[SIREN] is None


@pytest.mark.parametrize(
    ("workforce", "reason"),
    [
        ({LAST: 9.9}, "too_small"),
        ({LAST: 9.0, date(2021, 2, 1): 10.0}, None),
        ({LAST: 9.0, date(2021, 1, 1): 10.0}, "too_small"),
        ({date(2021, 1, 1): 10.0}, "no_workforce"),
        ({}, "no_workforce"),
    ],
)
def test_size_is_the_largest_of_the_last_36_months_of_the_file(
    tmp_path: Path, workforce: dict[date, float], reason: str | None
) -> None:
    assert verdict(firm(tmp_path, workforce=workforce))[SIREN] == reason


@pytest.mark.parametrize("category", ["1000", "1300", "1900"])
@pytest.mark.parametrize(
    ("said", "reason"),
    [(None, "natural_person"), ("non", "natural_person"), ("Oui", None), ("1", None)],
)
def test_a_sole_trader_is_out_unless_the_instance_takes_them_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, category: str, said: str | None, reason: str | None
) -> None:  # fmt: skip
    monkeypatch.delenv(SOLE_TRADERS, raising=False)
    if said is not None:
        monkeypatch.setenv(SOLE_TRADERS, said)
    assert verdict(firm(tmp_path, category=category))[SIREN] == reason
    assert is_left_out_person(category) is (reason is not None)
    assert not is_left_out_person("5710")
    assert not is_left_out_person(None)


def test_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOLE_TRADERS, "peut-être")
    with pytest.raises(SettingValueError, match="VIGIE_SOLE_TRADERS vaut 1"):
        takes_sole_traders()


def test_public_law_is_out(tmp_path: Path) -> None:
    assert verdict(firm(tmp_path, category="7385"))[SIREN] == "legal_category"


@pytest.mark.parametrize(
    ("naf", "reason"),
    [("84.11Z", "activity"), ("85.59A", None), ("94.99Z", None), ("64.20Z", None), (None, None)],
)
def test_some_activities_are_out(tmp_path: Path, naf: str, reason: str | None) -> None:
    assert verdict(firm(tmp_path, naf=naf))[SIREN] == reason


@pytest.mark.parametrize("cells", [{"department": None}, {"seat": False}])
def test_a_head_office_abroad_is_out(tmp_path: Path, cells: dict[str, Any]) -> None:
    assert verdict(firm(tmp_path, **cells))[SIREN] == "no_french_head_office"


def test_a_firm_absent_from_the_units_is_judged_on_its_size_and_seat(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        effectif_ent=[{"siren": SIREN, "month": LAST, "workforce": 12.0}],
        sirene_etab=[{"siren": SIREN, "is_head_office": True, "department": "33"}],
    )
    assert verdict(lake) == {SIREN: None}


def bank(root: Path, *others: dict[str, Any], **cells: Any) -> str | None:
    """Return why a firm without a code in NAF rév. 2 is out, beside other legal units."""
    lake = lake_of(
        root,
        effectif_ent=[{"siren": SIREN, "month": LAST, "workforce": 50.0}],
        sirene_ul=[{"siren": SIREN, "legal_category": "5599", **cells}, *others],
        sirene_etab=[{"siren": SIREN, "is_head_office": True, "department": "33"}],
    )
    return verdict(lake)[SIREN]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"naf25": "64.19Y"}, "activity"),
        ({"naf25": "85.33Y"}, "activity"),
        ({"naf25": "47.11Y"}, None),
        ({"naf25": "64.21Y"}, None),
        ({"activity_code": "64.19Y", "activity_scheme": "NAF2040"}, "activity"),
        ({"activity_code": "65.1C", "activity_scheme": "NAF1993"}, None),
        # written otherwise, or in no nomenclature that is told
        ({"activity_code": "6419Z", "activity_scheme": "NAFRev2"}, "activity"),
        ({"activity_code": "64.19z", "activity_scheme": "NAFRev2"}, "activity"),
        ({"activity_code": "64.19Y", "activity_scheme": None}, "activity"),
        ({"naf25": "6419Y"}, "activity"),
        ({"activity_code": "4642Z", "activity_scheme": "NAFRev2"}, None),
    ],
)
def test_an_excluded_activity_stays_out_in_another_nomenclature(
    tmp_path: Path, cells: dict[str, Any], reason: str | None
) -> None:
    assert bank(tmp_path, **cells) == reason


# The classes of NAF 2025, section by section: they are those of NACE Rev. 2.1, whose letters moved by one
# from K on (finance was K and is L, public administration was O and is P).
@pytest.mark.parametrize(
    ("section", "out", "inside"),
    [
        ("J, K – édition, télécommunications, informatique", "", "58.11 60.10 61.10 62.10 63.10"),
        ("L – banque", "64.11 64.19 64.22 64.31 64.32 64.91 64.92 64.99", "64.21"),
        ("L – assurance", "65.11 65.12 65.20 65.30", ""),
        ("L – auxiliaires financiers", "66.11 66.12 66.19 66.21 66.22 66.29 66.30", ""),
        ("M – immobilier", "", "68.11 68.12 68.20 68.31 68.32"),
        ("N, O – services aux entreprises", "", "69.10 70.10 74.99 77.51 80.01 82.40"),
        ("P – administration", "84.11 84.12 84.13 84.21 84.22 84.23 84.24 84.25 84.30", ""),
        (
            "Q – enseignement",
            "85.10 85.20 85.31 85.32 85.33 85.40",
            "85.51 85.52 85.53 85.59 85.61 85.69",
        ),
        ("R, S – santé, arts", "", "86.10 88.10 90.11 93.29"),
        ("T – organisations", "94.11 94.12 94.20 94.91 94.92", "94.99 95.10 96.21"),
        ("U – ménages", "", "97.00"),
        ("V – extraterritorial", "99.00", ""),
    ],
)
def test_the_sectors_left_out_are_the_same_in_the_sections_of_naf_2025(
    tmp_path: Path, section: str, out: str, inside: str
) -> None:
    codes = [f"{code}Y" for code in [*out.split(), *inside.split()]]
    firms = {f"{n:09}": code for n, code in enumerate(codes, start=1)}
    lake = lake_of(
        tmp_path,
        effectif_ent=[{"siren": siren, "month": LAST, "workforce": 50.0} for siren in firms],
        sirene_ul=[
            {"siren": siren, "legal_category": "5599", "naf25": code}
            for siren, code in firms.items()
        ],
        sirene_etab=[
            {"siren": siren, "is_head_office": True, "department": "33"} for siren in firms
        ],
    )
    reasons = verdict(lake)
    left_out = {firms[siren][:-1] for siren, reason in reasons.items() if reason == "activity"}
    assert left_out == set(out.split()), section


def test_each_sector_left_out_is_left_out_in_both_nomenclatures() -> None:
    """What a family of the rule leaves out in one, the same family leaves out in the other."""
    content = yaml.safe_load(RULE_FILE.read_text(encoding="utf-8"))
    assert content["activities"].keys() == content["classes"].keys()
    for family, codes in content["activities"].items():
        assert {code[:5] for code in codes} <= set(content["classes"][family]), family


def test_a_code_of_naf_2025_is_that_of_the_firms_that_have_both(tmp_path: Path) -> None:
    others = [
        {"siren": f"{n:09}", "naf": naf, "naf25": "77.77Y"}
        for n, naf in enumerate(["84.11Z", "84.11Z", "46.42Z"])
    ]
    assert bank(tmp_path, *others, naf25="77.77Y") == "activity"
    units = in_rev2(Lake(tmp_path).table(connect(), "sirene_ul"))
    assert (SIREN, "84.11Z", None) in rows_of(units, "siren", "naf", "naf_class")


def test_without_the_file_of_establishments_the_reason_says_so(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif_ent=[{"siren": SIREN, "month": LAST, "workforce": 12.0}])
    assert verdict(lake) == {SIREN: "no_establishments"}


@pytest.mark.samples
@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        ("sirene_naf2025", {"123456782": "activity", "987654324": "activity"}),
        (
            "sirene_head_office_words",
            {
                **{f"{n}0000000{10 - n}": None for n in range(1, 6)},
                "600000004": "no_french_head_office",
            },
        ),
    ],
)
def test_the_cases_reported_in_public(
    samples: Path, tmp_path: Path, case: str, reasons: dict[str, str | None]
) -> None:
    lake = Lake(tmp_path)
    import_directory(samples / "cases" / case / "in", lake, batch_id="b", today=date(2026, 12, 1))
    lake.restate(["b"])
    assert verdict(lake) == reasons


def test_counts_give_every_reason(tmp_path: Path) -> None:
    found = counts(firm(tmp_path, category="7210"), connect())
    assert found == {
        **dict.fromkeys(["in_perimeter", *REASONS], 0),
        "too_small": 1,
        "legal_category": 1,
    }


def test_the_rule_has_the_eighteen_legal_categories() -> None:
    assert len(rule().legal_categories) == 18
    assert len(set(rule().activities)) == len(rule().activities) == 41


@pytest.mark.samples
def test_the_public_example_keeps_the_same_firms(samples: Path, tmp_path: Path) -> None:
    folder = samples / "osf_samples_current/lib/filter/testData"
    lake = Lake(tmp_path)
    lake.open_batch("b1")
    load_file(
        folder / "test_data.csv",
        SOURCES["effectif_ent"],
        out_dir=lake.root,
        batch_id="b1",
        setting=Setting(date(2024, 1, 1)),
    )
    lake.restate(["b1"])
    kept = set((folder / "test_golden.txt").read_text().split()) - {"siren"}
    reasons = verdict(lake)
    assert {siren for siren, reason in reasons.items() if reason != "too_small"} == kept
