"""Contributions, debts, delays, procedures, workforce: the values of URSSAF."""

from datetime import date

import pytest

from tests.scoring.sources.conftest import COTISATION, DEBIT, Load, contribution, debt

DUES, DEBTS = "sigfaible_cotisdues.csv", "sigfaible_debits.csv"
DELAY = (
    "Siret;Numero_compte_externe;Date_creation;Date_echeance;Duree_delai;"
    "Montant_global_echeancier;Code_externe_stade;Code_externe_action\n"
)
EVENT = "Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx\n"


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("201631", date(2016, 7, 1), date(2016, 8, 1)),
        ("1022", date(2010, 5, 1), date(2010, 6, 1)),
        ("0232", date(2002, 8, 1), date(2002, 9, 1)),
        ("9911", date(1999, 1, 1), date(1999, 2, 1)),
        ("201712", date(2017, 2, 1), date(2017, 3, 1)),
        ("202043", date(2020, 12, 1), date(2021, 1, 1)),
        ("202010", date(2020, 1, 1), date(2020, 4, 1)),
        ("202040", date(2020, 10, 1), date(2021, 1, 1)),
        ("202062", date(2020, 1, 1), date(2021, 1, 1)),
        ("199904", date(1999, 1, 1), date(1999, 2, 1)),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_year(
    load: Load, period: str, start: date, end: date
) -> None:
    row = load(DUES, COTISATION + contribution(period=period)).row
    assert (row["period_start"], row["period_end"]) == (start, end)


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ("199903", "période illisible"),
        ("202014", "période illisible"),
        ("202061", "période illisible"),
        ("202051", "période illisible"),
        ("20203", "période illisible"),
        ("2O2031", "période illisible"),
        ("", "période vide"),
        ("202431", "période dans le futur"),
    ],
)
def test_a_period_that_is_not_one_is_rejected(load: Load, period: str, reason: str) -> None:
    assert load(DUES, COTISATION + contribution(period=period)).faults == [(2, "periode", reason)]


def test_a_year_called_in_advance_is_not_in_the_future(load: Load) -> None:
    assert load(DUES, COTISATION + contribution(period="202462")).report.valid == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14711,12", 14711.12),
        ("14711.12", 14711.12),
        ("-21099", -21099.0),
        ("1 234,5", 1234.5),
        ("1\u202f234", 1234.0),
        ("0", 0.0),
        ("1e3", 1000.0),
    ],
)
def test_an_amount_keeps_its_sign_and_decimals(load: Load, text: str, value: float) -> None:
    assert load(DUES, COTISATION + contribution(due=text)).row["due"] == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "montant vide"), (" ", "montant vide")]
    + [(text, "montant illisible") for text in ("abc", "nan", "inf", "1_000", "1.234,56", "12€")],
)
def test_an_empty_or_unreadable_amount_is_rejected(load: Load, text: str, reason: str) -> None:
    assert load(DUES, COTISATION + contribution(due=text)).faults == [(2, "cotis_due", reason)]


@pytest.mark.parametrize("siret", ["1111111111111", "111111111111111", "1111111111111A", ""])
def test_a_siret_has_fourteen_digits(load: Load, siret: str) -> None:
    assert load(DUES, COTISATION + contribution(siret)).report.reasons == {
        "siret : 14 chiffres attendus": 1
    }


def test_a_wrong_control_key_is_a_warning_not_a_reject(load: Load) -> None:
    right, wrong, post_office = "73282932000074", "73282932000075", "35600000009075"
    lines = "".join(contribution(siret) for siret in (right, wrong, wrong, post_office))
    report = load(DUES, COTISATION + lines).report
    assert report.valid == 4
    assert report.warnings == {"siret : clé de contrôle invalide": 2}


def test_a_contribution_is_known_thirty_days_after_its_last_day(load: Load) -> None:
    row = load(DUES, COTISATION + contribution(period="202031")).row
    assert row["known_at"] == date(2020, 8, 30)


def test_a_debt_is_in_euros_and_known_thirty_days_after_treatment(load: Load) -> None:
    row = load(DEBTS, DEBIT + debt(treated="1200805")).row
    assert (row["employee_part"], row["employer_part"]) == (1959.07, 8644.97)
    assert (row["treated_on"], row["known_at"]) == (date(2020, 8, 5), date(2020, 9, 4))
    assert (row["siren"], row["debt_number"], row["operation_number"]) == ("111111111", "659", 1)
    assert row["has_appeal"] is False


@pytest.mark.parametrize(
    ("treated", "month"),
    [
        ("990520", date(1999, 5, 1)),
        ("1050820", date(2005, 8, 1)),
        ("1050821", date(2005, 9, 1)),
        ("1051224", date(2006, 1, 1)),
    ],
)
def test_an_operation_after_the_twentieth_counts_for_the_next_month(
    load: Load, treated: str, month: date
) -> None:
    assert load(DEBTS, DEBIT + debt(treated=treated, period="9911")).row["effective_month"] == month


@pytest.mark.parametrize(
    ("treated", "reason"),
    [
        ("1240616", "date dans le futur"),
        ("1200230", "date illisible"),
        ("20200805", "date illisible"),
        ("", "date vide"),
    ],
)
def test_a_treatment_is_a_day_that_has_come(load: Load, treated: str, reason: str) -> None:
    assert load(DEBTS, DEBIT + debt(treated=treated)).faults == [(2, "Dt_trt_ecn", reason)]


def test_a_debt_without_amount_is_rejected(load: Load) -> None:
    assert load(DEBTS, DEBIT + debt(employer="")).faults == [(2, "Mt_PP", "montant vide")]


def test_a_debt_without_operation_number_is_rejected(load: Load) -> None:
    assert load(DEBTS, DEBIT + debt(history="x")).report.reasons == {
        "numéro d’opération illisible": 1
    }


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("OUI", True), ("O", True), ("0", False), ("Faux", False), ("", None)]
)  # fmt: skip
def test_an_appeal_is_one_in_every_word(load: Load, word: str, value: bool | None) -> None:
    assert load(DEBTS, DEBIT + debt(appeal=word)).row["has_appeal"] is value


def test_an_appeal_that_cannot_be_told_is_rejected(load: Load) -> None:
    loaded = load(DEBTS, DEBIT + debt(appeal="parfois"))
    assert loaded.faults == [(2, "Recours_en_cours", "vrai ou faux attendu")]


def test_a_delay_may_end_in_the_future_but_not_begin_there(load: Load) -> None:
    good = "11111111111111;C1;21/05/2024;20/09/2030;122;1500,50;APPROB;SUR PO\n"
    bad = "11111111111111;C1;16/06/2024;20/09/2030;122;1500;APPROB;SUR PO\n"
    loaded = load("sigfaible_delais.csv", DELAY + good + bad)
    assert loaded.row["due_on"] == date(2030, 9, 20)
    assert loaded.row["known_at"] == date(2024, 6, 5)
    assert (loaded.row["amount"], loaded.row["duration_days"]) == (1500.5, 122)
    assert loaded.faults == [(3, "Date_creation", "date dans le futur")]


def test_a_delay_without_end_runs_to_the_end_of_time(load: Load) -> None:
    line = "11111111111111;C1;21/05/2024;31/12/9999;;0;APPROB;SUR PO\n"
    assert load("sigfaible_delais.csv", DELAY + line).row["due_on"] == date(9999, 12, 31)


def test_a_delay_does_not_end_before_it_begins(load: Load) -> None:
    line = "11111111111111;C1;21/05/2024;20/05/2024;1;1500;APPROB;SUR PO\n"
    loaded = load("sigfaible_delais.csv", DELAY + line)
    assert loaded.faults == [(2, "Date_echeance", "échéance antérieure à la création")]


@pytest.mark.parametrize("duration", ["?", "12.5", "12 5"])
def test_an_unreadable_duration_of_delay_is_unknown(load: Load, duration: str) -> None:
    line = f"11111111111111;C1;2024-05-21;2024-09-20;{duration};0;APPROB;SUR PO\n"
    row = load("sigfaible_delais.csv", DELAY + line).row
    assert row["duration_days"] is None
    assert row["created_on"] == date(2024, 5, 21)


@pytest.mark.parametrize(
    ("label", "kind", "stage"),
    [
        ("Ouverture_liquidation", "liquidation", "ouverture"),
        ("Solde_procedure_redressement", "redressement", "solde_procedure"),
        ("Plan_continuation_sauvegarde", "sauvegarde", "plan_continuation"),
        ("Inclusion_autre_procedure_redressement", "redressement", "inclusion_autre_procedure"),
        ("REDRESSEMENT_FIN_PROCEDURE", "redressement", "fin_procedure"),
        ("Mandat_ad_hoc", None, "mandat_ad_hoc"),
    ],
)
def test_the_label_of_a_procedure_gives_its_kind_and_stage(
    load: Load, label: str, kind: str | None, stage: str
) -> None:
    loaded = load("sigfaible_pcoll.csv", f"{EVENT}01234567891011;012345678;26MAY2014;1;{label}\n")
    assert (loaded.row["kind"], loaded.row["stage"], loaded.row["label"]) == (kind, stage, label)
    assert loaded.row["known_at"] == date(2014, 6, 10)
    assert ("procédure non reconnue" in loaded.report.warnings) is (kind is None)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("26MAI2014", "date illisible"),
        ("31FEB2014", "date illisible"),
        ("16JUN2024", "date dans le futur"),
    ],
)
def test_a_judgment_has_a_day_that_has_come(load: Load, day: str, reason: str) -> None:
    line = f"01234567891011;012345678;{day};1;Ouverture_liquidation\n"
    assert load("sigfaible_pcoll.csv", EVENT + line).faults == [(2, "Dt_effet", reason)]


def test_twelve_and_a_half_employees_are_not_a_hundred_and_twenty_five(load: Load) -> None:
    content = "siret;eff202411;eff202412;eff202413\n11111111111111;12.5;;-3\n"
    loaded = load("sigfaible_effectif_siret.csv", content)
    assert [(row["month"], row["workforce"]) for row in loaded.rows] == [
        (date(2024, 1, 1), 12.5),
        (date(2024, 3, 1), -3.0),
    ]
    assert loaded.rows[0]["known_at"] == date(2024, 4, 30)
    assert loaded.report.rows == loaded.report.valid == 1


def test_one_bad_month_rejects_the_line_and_names_the_column(load: Load) -> None:
    content = "siren;eff202411;EFF202412\n111111111;3;x\n222222222;3;4\n"
    loaded = load("sigfaible_effectif_siren.csv", content)
    assert loaded.faults == [(2, "EFF202412", "effectif illisible")]
    assert {row["siren"] for row in loaded.rows} == {"222222222"}


def test_a_month_to_come_must_be_empty(load: Load) -> None:
    content = "siren;eff202423;eff202431\n111111111;3;\n222222222;3;4\n"
    loaded = load("sigfaible_effectif_siren.csv", content)
    assert loaded.faults == [(3, "eff202431", "mois dans le futur")]


def test_the_workforce_of_legal_units_ignores_the_perimeter(load: Load) -> None:
    content = "siren;eff202411\n111111111;3\n"
    loaded = load("sigfaible_effectif_siren.csv", content, perimeter={"222222222"})
    assert loaded.report.valid == 1
