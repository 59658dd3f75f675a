"""Annual accounts and ratios: public ratios, Banque de France, Diane."""

from datetime import date

import pytest

from tests.scoring.sources.conftest import Load

RATIOS = (
    "siren;date_cloture_exercice;chiffre_d_affaires;marge_brute;ebe;ebit;resultat_net;"
    "taux_d_endettement;ratio_de_liquidite;ratio_de_vetuste;autonomie_financiere;"
    "poids_bfr_exploitation_sur_ca;couverture_des_interets;caf_sur_ca;capacite_de_remboursement;"
    "marge_ebe;resultat_courant_avant_impots_sur_ca;poids_bfr_exploitation_sur_ca_jours;"
    "rotation_des_stocks_jours;credit_clients_jours;credit_fournisseurs_jours;type_bilan;"
    "confidentialite"
)
FIGURES = (
    "10418682;10418682;560326;246497;34645705;229.975;283.486;1.458;29.927;81.646;24403.248;"
    "641.355;8.416;5.378;331.415;293.926;0.0;95.18;96.109;C;Public"
)
SECRET = ";" * 19 + "C;Confidentiel"
BANK = (
    "D1;ANNEE;ARRETE_BILAN;DENOM;CP;REGION;SECTEUR;POIDS_FRNG;TX_MARGE;DELAI_FRS;"
    "POIDS_DFISC_SOC;POIDS_FIN_CT;POIDS_FRAIS_FIN\n"
)
DIANE = (
    '"Marquée";"Nom de l\'entreprise";"Numéro Siren";"Statut juridique ";"Procédure collective";'
    '"Nombre d’ES";"Nombre de filiales";"Taille de la Composition du Groupe";'
    '"Date de clôture 2022";"Date de clôture 2021";"Chiffre d\'affaires net  (H.T.) kEUR 2021";'
    '"Chiffre d\'affaires net (H.T.) kEUR 2022";"Bénéfice ou perte kEUR 2022"\n'
)


def bank(closing: str, *, siren: str = "000 111 222") -> str:
    return f"{BANK}{siren};2013;{closing};SOCIETE;87000;NA;01 Industrie;-37.5;-63.1;88.5;561;5.2;\n"


def diane(*cells: str) -> bytes:
    line = ";".join(f'"{cell}"' for cell in ("6", "ACME", "839244082", "SA", "Oui", "1", "2", ""))
    rest = ";".join(f'"{cell}"' for cell in cells)
    return (DIANE + line + ";" + rest + "\n").replace("\n", "\r\n").encode("utf-16")


def test_public_ratios_are_known_seven_months_after_their_closing(load: Load) -> None:
    row = load("ratios_inpi_bce.csv", f"\ufeff{RATIOS}\n316742980;2023-09-30;{FIGURES}\n").row
    assert (row["revenue"], row["ebitda"], row["debt_ratio"]) == (10418682, 560326, 229.975)
    assert (row["supplier_days"], row["statement_type"]) == (96.109, "C")
    assert row["known_at"] == date(2024, 4, 30)


@pytest.mark.parametrize(
    ("filed", "known"), [("2023-12-01", date(2023, 12, 16)), ("", date(2024, 4, 30))]
)
def test_the_day_of_filing_says_when_accounts_were_known(
    load: Load, filed: str, known: date
) -> None:
    content = f"{RATIOS};date_depot\n316742980;2023-09-30;{FIGURES};{filed}\n"
    assert load("ratios_inpi_bce.csv", content).row["known_at"] == known


def test_confidential_accounts_are_a_row_without_figures(load: Load) -> None:
    row = load("ratios_inpi_bce.csv", f"{RATIOS}\n316742980;2023-09-30;{SECRET}\n").row
    assert (row["revenue"], row["confidentiality"]) == (None, "Confidentiel")


def test_a_ratio_that_is_not_a_number_is_rejected(load: Load) -> None:
    figures = FIGURES.replace("229.975", "n.s.")
    loaded = load("ratios_inpi_bce.csv", f"{RATIOS}\n316742980;2023-09-30;{figures}\n")
    assert loaded.faults == [(2, "taux_d_endettement", "montant illisible")]


@pytest.mark.parametrize(
    ("closing", "day"),
    [
        ("31DEC2012", date(2012, 12, 31)),
        ("31déc2012", date(2012, 12, 31)),
        ("28FÉVR.2013", date(2013, 2, 28)),
        ("30 juin 2013", date(2013, 6, 30)),
        ("31AOÛ2013", date(2013, 8, 31)),
        ("31MAY2013", date(2013, 5, 31)),
    ],
)
def test_a_closing_has_a_french_or_english_month(load: Load, closing: str, day: date) -> None:
    assert load("bdf_2013.csv", bank(closing)).row["closed_on"] == day


@pytest.mark.parametrize("closing", ["31JUN2013", "00DEC2012", "31XXX2012", "2012-12-31"])
def test_a_closing_that_is_no_day_is_rejected(load: Load, closing: str) -> None:
    assert load("bdf_2013.csv", bank(closing)).faults == [(2, "ARRETE_BILAN", "date illisible")]


def test_ratios_of_the_bank_keep_their_sign_and_may_be_missing(load: Load) -> None:
    row = load("bdf_2013.csv", bank("31DEC2012")).row
    assert (row["siren"], row["fiscal_year"]) == ("000111222", 2013)
    assert (row["net_working_capital_share"], row["supplier_days"]) == (-37.5, 88.5)
    assert row["financial_charges_share"] is None
    assert row["known_at"] == date(2013, 7, 31)


def test_the_bank_may_write_a_wrong_siren(load: Load) -> None:
    loaded = load("bdf_2013.csv", bank("31DEC2012", siren="000 111 22"))
    assert loaded.faults == [(2, "D1", "siren : 9 chiffres attendus")]


def test_the_years_of_diane_become_rows(load: Load) -> None:
    rows = load("Diane.txt", diane("31/12/2022", "", "1200,5", "900", "-12")).rows
    assert [(row["fiscal_year"].year, row["revenue"], row["net_income"]) for row in rows] == [
        (2021, 1200.5, None),
        (2022, 900.0, -12.0),
    ]
    assert {(row["siren"], row["is_in_procedure"], row["subsidiaries"]) for row in rows} == {
        ("839244082", True, 2.0)
    }


def test_accounts_without_closing_are_known_after_the_end_of_their_year(load: Load) -> None:
    rows = load("Diane.txt", diane("30/06/2022", "", "1200,5", "900", "")).rows
    assert [row["known_at"] for row in rows] == [date(2022, 7, 31), date(2023, 1, 30)]


def test_a_year_without_any_value_is_no_row(load: Load) -> None:
    loaded = load("Diane.txt", diane("31/12/2022", "", "", "900", "1"))
    assert [row["fiscal_year"].year for row in loaded.rows] == [2022]


def test_an_unreadable_cell_of_diane_is_named_with_its_year(load: Load) -> None:
    loaded = load("Diane.txt", diane("31/12/2022", "", "x", "900", "1"))
    assert loaded.faults == [(2, "Chiffre d'affaires net (H.T.) kEUR 2021", "valeur illisible")]


def test_diane_without_mark_of_order_is_read(load: Load) -> None:
    content = diane("31/12/2022", "", "1", "9", "1").decode("utf-16").encode("utf-16-le")
    assert load("Diane.txt", content).report.valid == 1
