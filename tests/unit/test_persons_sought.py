"""Recognising a person in a text, telling homonyms apart, masking everybody else."""

import pytest

from app.core.errors import DomainError
from app.core.persons.masking import MASK, masked, own_part
from app.core.persons.sought import MatchGround, Sought, words_of

CAMILLE = Sought(name="Camille Fictive", email="camille@exemple.invalid", telephone="06 00 00 00 21")  # fmt: skip
NAMED, MAILED, CALLED = MatchGround.NAME, MatchGround.EMAIL, MatchGround.TELEPHONE


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("FICTIVE Camille", {NAMED}),
        ("Vu Mme Fictive, prénom : Camille, ce matin", {NAMED}),
        ("Camille est venue. Une somme fictive fut dite bien plus tard dans la matinée", set()),
        ("Camille Imaginaire", set()),
        ("Écrire à Camille@Exemple.invalid.", {MAILED}),
        ("le 0600000021 ou le +33 6 00 00 00 21", {CALLED}),
        ("00336.00.00.00.21", {CALLED}),
        ("06 00 00 00 22", set()),
        ("note_camille-fictive.pdf", {NAMED}),
        ("", set()),
    ],
)
def test_somebody_is_recognised(text: str, grounds: set[MatchGround]) -> None:
    assert CAMILLE.grounds_in(text) == grounds


def test_accents_case_and_ligatures_do_not_count() -> None:
    assert words_of("Mᵐᵉ Cœur-Élan d’ARC") == ["mme", "coeur", "elan", "d", "arc"]
    assert Sought(name="Chloé Lœuf").grounds_in("LOEUF chloe") == {NAMED}


def test_one_name_alone_recognises_nobody() -> None:
    assert Sought(name="Camille", email="camille@exemple.invalid").grounds_in("Camille") == set()
    with pytest.raises(DomainError, match="trop de monde"):
        Sought.said(name="Camille", email="", telephone=None)
    with pytest.raises(DomainError) as refused:
        Sought.said(name="Camille Fictive", email="camille", telephone="")
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("email", "telephone", "is_elsewhere"),
    [
        ("", "", False),
        ("CAMILLE@exemple.invalid", "06 99 99 99 99", False),
        ("autre@exemple.invalid", "", True),
        ("", "06 99 99 99 99", True),
        ("", "+33600000021", False),
    ],
)
def test_a_homonym_is_told_by_another_way(email: str, telephone: str, is_elsewhere: bool) -> None:
    assert CAMILLE.is_elsewhere(email=email, telephone=telephone) is is_elsewhere


def test_others_are_masked() -> None:
    text = (
        "Bonne visite. Camille Fictive (06 00 00 00 21, camille@exemple.invalid) craint l’Urssaf, dit Mme Imaginaire au 07 00 00 00 99 et"
        " sur dominique@exemple.invalid. Sacha Inventé est parti."
    )
    told = own_part(text, CAMILLE)
    assert "Camille Fictive (06 00 00 00 21, camille@exemple.invalid) craint l’" in told
    for other in ("Imaginaire", "07 00", "dominique", "Sacha", "Inventé", "Bonne visite"):
        assert other not in told, other
    assert MASK in told
    assert own_part("Sacha Inventé est parti.", CAMILLE) == ""


def test_numbers_that_name_somebody_are_masked() -> None:
    assert "85 05" not in masked("Camille Fictive, 2 85 05 78 006 084 91, FR76 3000 6000 0112 3456 7890 189", CAMILLE)  # fmt: skip
    assert "3000" not in masked("Camille Fictive, FR76 3000 6000 0112 3456 7890 189", CAMILLE)


@pytest.mark.parametrize(
    "other",
    ["Şahin", "Žižek", "Łukasz", "İbrahim", "E\u0301lodie", "Иванов", "李小龙", "Đặng"],
)
def test_a_name_of_any_alphabet_is_masked(other: str) -> None:
    told = own_part(f"Camille Fictive est partie avec {other} hier", CAMILLE)
    assert told == f"Camille Fictive est partie avec {MASK} hier"


def test_a_mention_is_masked_and_a_name_after_its_title_without_a_capital() -> None:
    assert masked("Camille Fictive vue par @Durand", CAMILLE) == f"Camille Fictive vue par @{MASK}"
    assert masked("camille fictive et mme durand", CAMILLE) == f"camille fictive et mme {MASK}"
    assert masked("mme fictive, Camille@Exemple.invalid", CAMILLE) == "mme fictive, Camille@Exemple.invalid"  # fmt: skip
