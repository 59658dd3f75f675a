"""How names are written in a French sentence."""

import pytest

from app.core.text.french import de_fr


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
