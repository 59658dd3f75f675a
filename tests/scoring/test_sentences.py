"""What an agent reads of a variable: one fact, in the French an agent would write, and nothing that is not so."""

import math

import pytest

from config import ROOT
from scoring.cli import main
from scoring.dictionary import accounts, context, debts, groups, payment_plans, workforce
from scoring.dictionary.numbers import euros_in_short, written
from scoring.dictionary.phrases import evolution_of, move_of
from scoring.dictionary.registry import REGISTRY
from scoring.vocabulary import Unit

PAGE = ROOT / "docs" / "sentences.md"
NOTHING = math.nan
#: a firm whose debt doubled in three months
OWING = {
    "debt_ratio": 1.8, "debt_amount": 42_300.0, "debt_age": 7.0, "debt_ratio_lag1": 1.5, "debt_ratio_lag3": 0.9,
    "debt_ratio_lag6": 0.0, "debt_ratio_lag12": 0.0, "debt_ratio_lag24": NOTHING,
}  # fmt: skip


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ")


def test_the_page_is_what_the_dictionary_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sentences"]) == 0
    written_page = capsys.readouterr().out
    assert written_page == PAGE.read_text(encoding="utf-8"), (
        "python -m scoring sentences > docs/sentences.md, then read it"
    )


def test_a_debt_says_what_became_of_it_its_amount_and_since_when() -> None:
    assert plain(debts.RATIO.sentence_for(OWING)) == (
        "Dette Urssaf doublée en 3 mois : 42 k€, soit 1,8 mois de cotisations, due depuis 7 mois"
    )


def test_what_is_not_known_beside_a_debt_is_not_said() -> None:
    row = dict.fromkeys(OWING, NOTHING) | {"debt_ratio": 1.8}
    assert debts.RATIO.sentence_for(row) == "Dette Urssaf : 1,8 mois de cotisations"
    assert debts.RATIO.sentence_for(row | {"debt_ratio": 0.0}) == "Aucune dette Urssaf"
    assert (
        debts.RATIO.sentence_for(dict.fromkeys(OWING, NOTHING)) == "Dette Urssaf : donnée absente"
    )


@pytest.mark.parametrize(
    ("value", "past", "said"),
    [
        (2.0, {3: 1.0, 12: 1.0}, "doublée en 3 mois"),
        (3.0, {3: 1.0}, "triplée en 3 mois"),
        (6.0, {3: 1.0}, "multipliée par 6 en 3 mois"),
        (60.0, {3: 1.0}, "multipliée par plus de 10 en 3 mois"),
        (1.3, {3: 1.0}, "en hausse de 30 % en 3 mois"),
        (0.5, {3: 1.0}, "en baisse de 50 % en 3 mois"),
        (1.0, {3: 0.0}, "née il y a moins de 3 mois"),
        (1.0, {3: 1.0, 12: 0.5}, "doublée en 12 mois"),
        (1.0, {3: 1.0, 12: 1.05}, "stable depuis 12 mois"),
        (1.0, {3: 1.0, 12: None}, "stable depuis 3 mois"),
        (1.0, {3: None, 12: None}, None),
    ],
)
def test_a_debt_is_compared_with_what_it_was(
    value: float, past: dict[int, float | None], said: str | None
) -> None:
    found = evolution_of(value, past)
    assert found == said if said is None or found is None else plain(found) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (-0.07, "en baisse de 7 %"),
        (0.12, "en hausse de 12 %"),
        (0.001, "stable"),
        (25.0, "en hausse de plus de 1 000 %"),
    ],
)
def test_a_move_says_its_way_and_no_absurd_figure(change: float, said: str) -> None:
    assert plain(move_of(change)) == said


def test_a_change_says_how_it_stands_in_its_sector() -> None:
    row = {"workforce_change_12m": -0.07, "workforce_change_12m_sector": 0.03}
    assert plain(workforce.VARIATION.sentence_for(row)) == (
        "Effectif en baisse de 7 % sur 12 mois, 3 points au-dessus de la médiane du secteur"
    )
    row["workforce_change_12m_sector"] = NOTHING
    assert plain(workforce.VARIATION.sentence_for(row)) == "Effectif en baisse de 7 % sur 12 mois"


@pytest.mark.parametrize(
    ("change", "contribution", "ends"),
    [
        (-0.07, 0.4, "12 mois"),
        (-0.07, -0.4, "peu inquiétant pour le modèle, à côté de ses autres données"),
        (0.07, 0.4, " : inquiétant pour le modèle, à côté de ses autres données"),
        (0.07, -0.4, "12 mois"),
        (0.001, 0.4, "stable sur 12 mois"),
    ],
)
def test_a_weight_that_surprises_says_so(change: float, contribution: float, ends: str) -> None:
    row = {"workforce_change_12m": change, "workforce_change_12m_sector": NOTHING}
    assert workforce.VARIATION.explained(row, contribution=contribution).endswith(ends)


def test_less_than_two_is_singular() -> None:
    assert written(1.0, unit=Unit.EMPLOYEES) == "1 salarié"
    assert written(1.5, unit=Unit.EMPLOYEES) == "1,5 salarié"
    assert written(2.0, unit=Unit.EMPLOYEES) == "2 salariés"
    assert written(1.0, unit=Unit.YEARS) == "1 an"
    assert written(1.6, unit=Unit.YEARS) == "2 ans"


AMOUNTS = (850.4, 9_999, 42_300, 999_700, 1_280_000, 999_970_000, 1_250_000_001)


def test_amounts_in_a_sentence_are_short() -> None:
    said = [plain(euros_in_short(amount)) for amount in AMOUNTS]
    assert said == ["850 €", "9 999 €", "42 k€", "1 M€", "1,3 M€", "1 Md€", "1,3 Md€"]


def test_a_share_of_next_to_nothing_is_bounded() -> None:
    assert plain(written(-77.8, unit=Unit.SHARE)) == "moins de -1 000 %"
    assert plain(written(77.8, unit=Unit.SHARE)) == "plus de 1 000 %"


def test_negative_equity_is_said_in_words() -> None:
    row = {"accounts_autonomy": -0.2, "accounts_autonomy_sector": NOTHING}
    assert plain(accounts.AUTONOMY.sentence_for(row)) == "Fonds propres négatifs : -20 % du bilan"


def test_codes_are_said_in_the_words_of_their_nomenclature() -> None:
    assert context.LEGAL_FORM.sentence_for({"legal_form": "57"}) == (
        "Forme juridique : Société par actions simplifiée (SAS)"
    )
    assert context.SECTOR.sentence_for({"naf_division": "24"}) == "Secteur d’activité : Métallurgie"
    assert context.SECTOR.sentence_for({"naf_division": "00"}) == "Secteur d’activité : 00"


def test_a_firm_without_plan_nor_group_lacks_nothing_of_them() -> None:
    no_plan = dict.fromkeys(("plan_behind", "plan_granted", "plan_months_left"), NOTHING)
    assert payment_plans.BEHIND.sentence_for(no_plan) == ""
    assert payment_plans.RUNNING.sentence_for(no_plan | {"plan_running": 0.0}) == (
        "Pas de délai de paiement Urssaf en cours"
    )
    alone = dict.fromkeys(("group_size", "group_share"), NOTHING)
    assert groups.MEMBER.sentence_for(alone | {"group_member": 1.0}) == "Fait partie d’un groupe"


def test_no_sentence_says_yes_or_no_nor_a_name_of_column() -> None:
    heads = [feature for feature in REGISTRY if feature.is_head]
    page = PAGE.read_text(encoding="utf-8")
    for head in heads:
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{head.name}` |")]
        said = line.split("|", 2)[2]
        assert " : oui" not in said, head.name
        assert " : non" not in said, head.name
        assert "_" not in said, head.name
