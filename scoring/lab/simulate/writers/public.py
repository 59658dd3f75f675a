"""Public files: ratios of filed accounts, notices of the Bodacc."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.accounts import Accounts, Ratios, ratios_of
from scoring.lab.simulate.firms.geography import COMMUNES, COURTS
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.writers.text import dot_decimals, iso_dates, write_rows

OPENING, PRONOUNCING = "Jugement d'ouverture", "Jugement prononçant"
EXTRACT, CLOSING = "Extrait de jugement", "Jugement de clôture"
NOTICES = {
    "Ouverture_liquidation": (OPENING, "Jugement d'ouverture de liquidation judiciaire"),
    "Ouverture_redressement": (
        OPENING,
        "Jugement d'ouverture d'une procédure de redressement judiciaire",
    ),
    "Ouverture_sauvegarde": (OPENING, "Jugement d'ouverture d'une procédure de sauvegarde"),
    "Plan_continuation_redressement": (EXTRACT, "Jugement de plan de redressement"),
    "Plan_continuation_sauvegarde": (EXTRACT, "Jugement arrêtant le plan de sauvegarde"),
    "Fin_procedure_liquidation": (CLOSING, "Jugement de clôture pour insuffisance d'actif"),
    "Fin_procedure_sauvegarde": (EXTRACT, "Jugement mettant fin à la procédure de sauvegarde"),
}
"""Family and nature of the notice of each judgment; the other labels are not published."""
CONVERSION = (PRONOUNCING, "Jugement de conversion en liquidation judiciaire")
BROKEN_PLAN = (
    EXTRACT,
    "Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire",
)
"""The notices of a liquidation that follows another procedure, or its plan."""
CORRECTED_SHARE = 0.02
"""Share of notices followed by a correction."""
NOTICES_OF_A_COHORT = 100_000
"""Notice numbers reserved for each cohort."""


def write_ratios(world: World, path: Path) -> int:
    """Write `ratios_inpi_bce.csv`: the accounts published by the extraction; return the rows."""
    accounts = world.accounts
    ratios = ratios_of(accounts, firms=world.firms, seed=world.seed)
    rows = np.flatnonzero(world.timeline.published("comptes", accounts.deposited_on))
    simple = accounts.is_simple[rows]
    return write_rows(
        path,
        {
            "siren": world.firms.siren[accounts.firm[rows]],
            "date_cloture_exercice": iso_dates(accounts.closed_on[rows]),
            "chiffre_d_affaires": accounts.turnover[rows],
            "marge_brute": np.where(simple, "", ratios.gross_margin[rows].astype(str)),
            "ebe": ratios.ebitda[rows],
            "ebit": ratios.ebit[rows],
            "resultat_net": ratios.net[rows],
            **{
                header: np.where(
                    simple & (header == "ratio_de_vetuste"), "", _decimals(ratio[rows])
                )
                for header, ratio in _percentages(accounts, ratios).items()
            },
            "type_bilan": np.where(simple, "S", "C"),
            "confidentialite": "Public",
        },
        separator=";",
        has_bom=True,
    )


def _percentages(accounts: Accounts, ratios: Ratios) -> dict[str, NDArray[np.float64]]:
    """Return ratios by column name: percent, days where the name says so, else years."""
    turnover = accounts.turnover / 100.0
    return {
        "taux_d_endettement": ratios.debt_on_equity,
        "ratio_de_liquidite": ratios.liquidity,
        "ratio_de_vetuste": ratios.obsolescence,
        "autonomie_financiere": ratios.equity_share,
        "poids_bfr_exploitation_sur_ca": ratios.working_capital,
        "couverture_des_interets": 100.0
        * ratios.interest
        / np.where(ratios.ebitda == 0, 1, ratios.ebitda),
        "caf_sur_ca": ratios.cash_flow / turnover,
        "capacite_de_remboursement": ratios.years_to_repay,
        "marge_ebe": ratios.ebitda / turnover,
        "resultat_courant_avant_impots_sur_ca": (ratios.ebit - ratios.interest) / turnover,
        "poids_bfr_exploitation_sur_ca_jours": ratios.working_capital * 3.6,
        "rotation_des_stocks_jours": ratios.stock_days,
        "credit_clients_jours": ratios.customer_days,
        "credit_fournisseurs_jours": ratios.supplier_days,
    }


def write_notices(world: World, path: Path) -> int:
    """Write `bodacc.csv`: judgments published by the extraction day; return the rows."""
    procedures, firms = world.procedures, world.firms
    rng = stream(world.seed, "notices")
    judgment = np.flatnonzero(np.isin(procedures.label, list(NOTICES)))
    # Publication takes a median of 9 days, 16 for one in ten (Bodacc, February 2026).
    wait = 3 + rng.gamma(3.2, 2.1, size=len(judgment)).astype(np.int64)
    corrected = np.flatnonzero(rng.random(len(judgment)) < CORRECTED_SHARE)
    again = wait[corrected] + rng.integers(7, 40, size=len(corrected))
    judgment = np.concatenate([judgment, judgment[corrected]])
    kind = np.repeat(["Avis initial", "Avis rectificatif"], [len(wait), len(again)])
    judged = procedures.judged_on[judgment]
    appeared = judged + np.concatenate([wait, again]).astype("timedelta64[D]")
    rows = np.flatnonzero(world.timeline.published("bodacc", appeared))
    rows = rows[np.lexsort((judgment[rows], appeared[rows]))]
    firm = procedures.firm[judgment[rows]]
    families, natures = _natures(world, judgment[rows])
    return write_rows(
        path,
        {
            "siren": firms.siren[firm],
            "date_parution": iso_dates(appeared[rows]),
            "numero_annonce": 1 + np.arange(len(rows)) + world.seed.cohort * NOTICES_OF_A_COHORT,
            "tribunal": np.array([COURTS[code] for code in firms.department[firm]], dtype=str),
            "type_annonce": kind[rows],
            "famille_avis": "Procédures collectives",
            "code_postal": np.array([c.postal_code for c in COMMUNES])[firms.commune[firm]],
            "jugement_famille": families,
            "jugement_nature": natures,
            "date_jugement": iso_dates(judged[rows]),
        },
        separator=",",
    )


def _natures(
    world: World, judgment: NDArray[np.int64]
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return the family and nature of each judgment; a liquidation after another procedure converts it."""
    procedures = world.procedures
    label, firm = procedures.label[judgment], procedures.firm[judgment]
    first = procedures.first_kind[firm]
    follows = (label == "Ouverture_liquidation") & (first != "liquidation")
    planned = world.timeline.index(procedures.judged_on[judgment]) > procedures.plan_month[firm]
    broken = follows & planned & (first == "redressement")
    notices = [
        BROKEN_PLAN if breaks else CONVERSION if converts else NOTICES[name]
        for name, converts, breaks in zip(
            label.tolist(), follows.tolist(), broken.tolist(), strict=True
        )
    ]
    both = np.array(notices, dtype=str).reshape(len(notices), 2)
    return both[:, 0], both[:, 1]


def _decimals(values: NDArray[np.float64]) -> NDArray[np.str_]:
    return dot_decimals(np.rint(values * 100).astype(np.int64))
