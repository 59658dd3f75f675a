"""Long passphrases of any composition, but none that would be tried first."""

import pytest

from app.accounts.local import passphrases
from app.core.errors import DomainError

NAMES = ("Jeanne", "Fictif-Dupont", "j.dupont@exemple-service.invalid")


@pytest.mark.parametrize(
    "passphrase",
    [
        "tournesol vaisselle mandat",
        "quatre mots assez longs",
        "rien que des minuscules",
        "kR8#vQ2!mZ7$pL4",
        "漢字平仮名片仮名漢語和語外来語",
    ],
)
def test_any_composition_will_do(passphrase: str) -> None:
    passphrases.check(passphrase, names=NAMES)


@pytest.mark.parametrize("passphrase", ["", "quatorze lettr", "kR8#vQ2!mZ7$pL"])
def test_fourteen_characters_are_too_few(passphrase: str) -> None:
    with pytest.raises(DomainError, match="au moins 15 caractères"):
        passphrases.check(passphrase, names=NAMES)


def test_a_novel_is_too_long() -> None:
    with pytest.raises(DomainError, match="au plus 256 caractères"):
        passphrases.check("abcdefghij" * 26, names=NAMES)


@pytest.mark.parametrize(
    "passphrase",
    [
        "Vigie-Vigie-Vigie-2026!",
        "V1gie mot de passe",
        "Mot De Passe Mot De Passe",
        "azertyuiopqsdfghjklm",
        "123456789012345678",
        "aaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "correct horse battery staple",
        "La cigale et la fourmi !",
        "Jeanne Dupont 2026",
        "dupont@exemple-service",
        "JEANNE.FICTIF.JEANNE",
        "ÉGALITÉ liberté 123",
    ],
)
def test_what_anybody_would_try_is_refused(passphrase: str) -> None:
    with pytest.raises(DomainError, match="se devine"):
        passphrases.check(passphrase, names=NAMES)


def test_the_name_of_somebody_else_is_a_word_like_another() -> None:
    with pytest.raises(DomainError, match="se devine"):
        passphrases.check("Jeanne Fictif 1987", names=NAMES)
    passphrases.check("Jeanne Fictif 1987", names=("Paul", "Martin", "paul@martin.invalid"))
