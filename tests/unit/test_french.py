"""How names and numbers are written in French."""

from datetime import UTC, date, datetime

import pytest

from app.core.text.french import date_fr, de_fr, number_fr


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Valmont", "de Valmont"),
        ("Entrepôts Réunis", "d’Entrepôts Réunis"),
        ("Éclair Fictif", "d’Éclair Fictif"),
        ("Œuvres Fictives", "d’Œuvres Fictives"),
        ("Halles Fictives", "de Halles Fictives"),
        ("3D Fictif", "de 3D Fictif"),
        ("", "de "),
    ],
)
def test_a_name_after_de_elides_before_a_vowel(name: str, written: str) -> None:
    assert de_fr(name) == written


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert number_fr(-0.004, 2) == "0"
    assert number_fr(-0.006, 2) == "-0,01"


def test_a_moment_is_of_its_day_in_paris() -> None:
    just_after_midnight = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert date_fr(just_after_midnight) == date_fr(date(2026, 7, 1)) == "1er juillet 2026"
    assert date_fr(None) == "–"
