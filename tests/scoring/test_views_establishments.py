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
