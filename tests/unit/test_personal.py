"""What looks personal in a text, and what only looks like it."""

import pytest

from app.core.text.personal import personal_in


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Joindre M. Fictif au 06 12 34 56 78 demain", ["téléphone"]),
        ("0612345678", ["téléphone"]),
        ("06.12.34.56.78", ["téléphone"]),
        ("+33 6 12 34 56 78, ou 0033 1 23 45 67 89", ["téléphone", "téléphone"]),
        ("Né en 1984 : 1 84 12 76 451 089 46", ["sécurité sociale"]),
        ("253072A07300443", ["sécurité sociale"]),
        ("1 84 12 76 451 089 47", []),
        ("FR76 3000 6000 0112 3456 7890 189", ["compte bancaire"]),
        ("FR76 3000 6000 0112 3456 7890 188", []),
        ("siret 100 000 009 00008, siren 300 000 007", []),
        ("une dette de 01 234 567 € au 01/02/2026", []),
        ("12 345 678 901 234 €", []),
        ("", []),
    ],
)  # fmt: skip
def test_numbers_are_told_from_figures(text: str, kinds: list[str]) -> None:
    found = [each.kind for each in personal_in(text)]
    assert len(found) == len(kinds)
    assert all(kind in label for kind, label in zip(kinds, found, strict=True)), found
