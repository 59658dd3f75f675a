"""Identifiers: their control key, La Poste's own, and the siren that a file may leave out."""

import pytest

from tests.scoring.sources.conftest import (
    COTISATION,
    DEBIT,
    Import,
    Load,
    contribution,
    debt,
)

ACCOUNTS = "Urssaf_gestion;Dep;Compte;Etat_compte;Siren;Siret;Date_crea_siret;Date_disp_siret\n"
WRONG_KEY = "siret : clé de contrôle invalide"
OTHER_SIREN = "siren différent de celui du siret"


@pytest.mark.parametrize(
    ("siret", "is_wrong"),
    [
        # Luhn, though its digits sum to 26
        ("35600000000048", False),
        # not Luhn, its digits sum to 35
        ("35600000009075", False),
        # neither
        ("35600000009076", True),
        ("35600000000049", True),
        # multiples of five, of firms that are not La Poste
        ("73282932000077", True),
        ("35600001900010", True),
        ("73282932000074", False),
    ],
)
def test_the_key_of_a_siret_is_luhn_or_for_la_poste_a_multiple_of_five(
    load: Load, siret: str, is_wrong: bool
) -> None:
    report = load("sigfaible_cotisdues.csv", COTISATION + contribution(siret)).report
    assert report.warnings == ({WRONG_KEY: 1} if is_wrong else {})
    assert report.valid == 1


def files(siret: str, siren: str) -> dict[str, str]:
    """The files of Urssaf that give a siren beside the siret, with these."""
    named = debt(siret=siret).replace(f";{siret[:9]};", f";{siren};", 1)
    return {
        "sigfaible_debits.csv": DEBIT + named,
        "sigfaible_pcoll.csv": "Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx\n"
        f"{siret};{siren};26MAY2014;1;Ouverture_liquidation\n",
        "comptes_urssaf.csv": f"{ACCOUNTS}049;05;C1;8;{siren};{siret};1130828;9990101\n",
    }


def without_column(content: str, name: str) -> str:
    rows = [line.split(";") for line in content.splitlines()]
    place = rows[0].index(name)
    return "".join(";".join(row[:place] + row[place + 1 :]) + "\n" for row in rows)


@pytest.mark.parametrize("name", files("", ""))
@pytest.mark.parametrize("lacks", ["the cell", "the column"])
def test_the_siren_that_a_file_leaves_out_is_that_of_the_siret(
    load: Load, name: str, lacks: str
) -> None:
    content = files("03280536183208", "")[name]
    loaded = load(name, content if lacks == "the cell" else without_column(content, "Siren"))
    assert (loaded.row["siren"], loaded.row["siret"]) == ("032805361", "03280536183208")
    assert OTHER_SIREN not in loaded.report.warnings


@pytest.mark.parametrize("name", files("", ""))
def test_a_siren_that_is_not_that_of_the_siret_is_kept_and_said(load: Load, name: str) -> None:
    loaded = load(name, files("03280536183208", "732829320")[name])
    assert loaded.row["siren"] == "732829320"
    assert loaded.report.warnings[OTHER_SIREN] == 1


@pytest.mark.parametrize("name", files("", ""))
def test_a_siren_whose_zero_was_lost_is_rejected(load: Load, name: str) -> None:
    loaded = load(name, files("03280536183208", "32805361")[name])
    assert loaded.faults == [(2, "Siren", "siren : 9 chiffres attendus")]


@pytest.mark.parametrize("keeps", ["an empty cell", "no column"])
def test_without_siret_either_the_siren_is_that_of_the_account(
    import_all: Import, keeps: str
) -> None:
    debts = without_column(
        DEBIT + debt(siret="03280536183208").replace(";032805361;", ";;", 1), "Siret"
    )
    imported = import_all(
        {
            "comptes_urssaf.csv": f"{ACCOUNTS}049;05;C1;8;;03280536183208;1130828;9990101\n",
            "sigfaible_debits.csv": debts if keeps == "an empty cell" else without_column(debts, "Siren"),
        }
    )  # fmt: skip
    (row,) = imported.rows("debit")
    assert (row["siren"], row["siret"]) == ("032805361", "03280536183208")
