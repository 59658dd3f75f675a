"""Names as people write them, out of the capitals of Sirene."""

import pytest

from app.core.text.proper_names import proper_name


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("FORGES DU VAL-DE-SAÔNE", "Forges du Val-de-Saône"),
        ("LES ATELIERS D'ÉPINAC ET FILS", "Les Ateliers d'Épinac et Fils"),
        ("SAS DUPONT", "SAS Dupont"),
        ("BTP SERVICES", "BTP Services"),
        ("A.B.C. TRANSPORTS", "A.B.C. Transports"),
        ("2F ELEC", "2F Elec"),
        ("SAINT-JEAN-DE-LOSNE", "Saint-Jean-de-Losne"),
        ("L'HAŸ-LES-ROSES", "L'Haÿ-les-Roses"),
        ("EARL DU MOULIN", "EARL du Moulin"),
        ("C'EST BON", "C'est Bon"),
        ("MCDONALD'S", "Mcdonald's"),
        ("VAL-D'ISÈRE", "Val-d'Isère"),
        ("12 RUE A", "12 Rue A"),
        ("DIJON CEDEX", "Dijon CEDEX"),
        ("Forges fictives de Dijon", "Forges fictives de Dijon"),
        ("iD Systèmes", "iD Systèmes"),
        ("", ""),
    ],
)
def test_capitals_become_a_name(written: str, read: str) -> None:
    assert proper_name(written) == read


def test_a_name_read_again_stays() -> None:
    once = proper_name("GARAGE DE LA PLACE")
    assert proper_name(once) == once
