"""The spells of an establishment: active or closed, and its activity."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data import views
from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from tests.scoring.small_lake import lake_of, rows_of

SIRET = "11111111100001"
SPELL = ("started_on", "ended_on")


def state(year: int, *, active: bool = True, naf: str | None = "46.42Z") -> dict[str, Any]:
    day = date(year, 6, 1)
    return {"siret": SIRET, "started_on": day, "is_active": active, "naf": naf, "known_at": day}


def activity(lake: Lake, as_of: date | None = None) -> list[tuple[Any, ...]]:
    return rows_of(views.establishment_activity(lake, connect(), as_of), *SPELL, "is_active")


def test_states_that_do_not_change_are_one_spell(tmp_path: Path) -> None:
    rows = [state(2010), state(2012, naf="47.11Z"), state(2015, active=False), state(2018)]
    assert activity(lake_of(tmp_path, sirene_histo=rows)) == [
        (date(2010, 6, 1), date(2015, 5, 31), True),
        (date(2015, 6, 1), date(2018, 5, 31), False),
        (date(2018, 6, 1), None, True),
    ]


def test_as_of_a_day_the_end_to_come_is_not_known(tmp_path: Path) -> None:
    rows = [state(2010), state(2015, active=False)]
    lake = lake_of(tmp_path, sirene_histo=rows)
    assert activity(lake, date(2015, 5, 31)) == [(date(2010, 6, 1), None, True)]


def test_a_closing_to_come_ends_the_active_spell_on_its_day(tmp_path: Path) -> None:
    told = date(2026, 11, 29)
    closing = state(2026, active=False) | {"started_on": date(2026, 12, 31), "known_at": told}
    lake = lake_of(tmp_path, sirene_histo=[state(2015), closing])
    assert activity(lake) == [
        (date(2015, 6, 1), date(2026, 12, 30), True),
        (date(2026, 12, 31), None, False),
    ]
    firms = views.firm_activity(lake, connect())
    assert rows_of(firms, "siren", "is_active") == [(SIRET[:9], True)]
    later = views.firm_activity(lake, connect(), date(2026, 12, 31))
    assert rows_of(later, "siren", "is_active") == [(SIRET[:9], False)]


def test_a_spell_without_a_beginning_comes_before_the_nineteenth_century(tmp_path: Path) -> None:
    first = state(1900, active=False) | {"started_on": None, "ended_on": date(1898, 12, 31)}
    second = state(1899) | {"started_on": date(1899, 1, 1)}
    assert [active for *_, active in activity(lake_of(tmp_path, sirene_histo=[second, first]))] == [
        False,
        True,
    ]


def test_the_history_of_the_firm_decides_then_its_establishments(tmp_path: Path) -> None:
    def unit(siren: str, year: int, *, active: bool) -> dict[str, Any]:
        day = date(year, 6, 1)
        return {"siren": siren, "started_on": day, "is_active": active, "known_at": day}

    ceased, alive, alone = "1" * 9, "2" * 9, "3" * 9
    lake = lake_of(
        tmp_path,
        sirene_ul_histo=[
            unit(ceased, 2010, active=True),
            unit(ceased, 2020, active=False),
            unit(alive, 2010, active=True),
        ],
        sirene_histo=[
            state(2010) | {"siret": ceased + "00001"},
            state(2010, active=False) | {"siret": alive + "00001"},
            state(2010) | {"siret": alone + "00001"},
            state(2015, active=False) | {"siret": alone + "00001"},
            state(2012) | {"siret": alone + "00002"},
            state(2018, active=False) | {"siret": alone + "00002"},
        ],
    )
    for year, wanted in (
        (2009, {}),
        (2011, {ceased: True, alive: True, alone: True}),
        (2016, {ceased: True, alive: True, alone: True}),
        (2021, {ceased: False, alive: True, alone: False}),
    ):
        view = views.firm_activity(lake, connect(), date(year, 12, 31))
        assert dict(rows_of(view, "siren", "is_active")) == wanted


def test_each_activity_is_a_spell(tmp_path: Path) -> None:
    rows = [state(2010, naf=None), state(2012), state(2015, active=False), state(2018, naf=None)]
    lake = lake_of(tmp_path, sirene_histo=rows)
    sector = views.establishment_sector(lake, connect())
    assert rows_of(sector, *SPELL, "naf") == [
        (date(2010, 6, 1), date(2012, 5, 31), None),
        (date(2012, 6, 1), date(2018, 5, 31), "46.42Z"),
        (date(2018, 6, 1), None, None),
    ]


@pytest.mark.samples
def test_the_public_sample_gives_the_spells_of_the_former_pipeline(
    samples: Path, tmp_path: Path
) -> None:
    folder = samples / "osf_samples_current/lib/parsing/sirene_histo/testData"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    name = "StockEtablissementHistorique_utf8.csv"
    shutil.copy(folder / "sireneHistoTestData.csv", inbox / name)
    lake = Lake(tmp_path / "lake")
    import_directory(inbox, lake, batch_id="b", today=date(2026, 3, 1))
    lake.restate(["b"])
    view = views.establishment_activity(lake, connect())
    assert rows_of(view, "siret", "siren", *SPELL, "is_active") == [
        ("00032517500016", "000325175", date(2000, 9, 26), date(2009, 5, 26), True),
        ("00032517500016", "000325175", date(2009, 5, 27), None, False),
        ("00032517500024", "000325175", date(2011, 10, 21), None, False),
    ]


@pytest.mark.samples
def test_the_announced_closing_of_the_public_case(samples: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    folder = samples / "cases/sirene_announced_closing/in"
    import_directory(folder, lake, batch_id="b", today=date(2026, 11, 29))
    lake.restate(["b"])
    view = views.establishment_activity(lake, connect())
    found = rows_of(view, "siret", *SPELL, "is_active")
    assert [row for row in found if row[0] == "12345678200015"] == [
        ("12345678200015", date(2015, 3, 1), date(2026, 12, 30), True),
        ("12345678200015", date(2026, 12, 31), None, False),
    ]
    assert ("11122233800019", date(2008, 1, 1), None, True) in found
    firms = dict(
        rows_of(views.firm_activity(lake, connect(), date(2026, 11, 29)), "siren", "is_active")
    )
    assert firms == {"111222338": True, "123456782": True, "987654324": True}
