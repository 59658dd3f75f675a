"""Urssaf's files: contributions, debts, payment plans and procedures."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Days, day_in_month, first_day
from scoring.lab.simulate.writers.text import (
    comma_decimals,
    compact_dates,
    dot_decimals,
    english_dates,
    french_dates,
    urssaf_dates,
    urssaf_periods,
    write_rows,
)

OFFICE = "267"
"""Code of the Urssaf office that manages every account."""
DEBT_MEMORY_MONTHS = 12
"""Debts of periods up to that old when the observed months begin are still in the extract."""
ACTIVE, SUSPENDED, STRUCK_OFF = "1", "2", "3"


def write_contributions(world: World, path: Path) -> int:
    """Write `sigfaible_cotisdues.csv` (euros, decimal comma); return the number of rows."""
    calls, sites, timeline = world.calls, world.establishments, world.timeline
    ended = first_day(timeline.all_months[calls.last_month] + 1)
    in_extract = calls.is_declared & (calls.last_month >= BURN_IN_MONTHS)
    in_extract &= timeline.published("cotisation", ended)
    rows = np.flatnonzero(in_extract)
    rows = rows[np.lexsort((calls.last_month[rows], calls.establishment[rows]))]
    site = calls.establishment[rows]
    due = np.rint(calls.due[rows] * 100).astype(np.int64)
    missed = np.rint(calls.missed[rows] * 100).astype(np.int64)
    return write_rows(
        path,
        {
            "Urssaf_gestion": OFFICE,
            "Dep": sites.department[site],
            "Siret": sites.siret[site],
            "Compte": sites.account[site],
            "periode": urssaf_periods(
                timeline.all_months[calls.last_month[rows]], calls.length[rows]
            ),
            "mer": comma_decimals(missed),
            "enc_direct": comma_decimals(due - missed),
            "cotis_due": comma_decimals(due),
        },
        separator=";",
    )


def write_debts(world: World, path: Path) -> int:
    """Write `sigfaible_debits.csv` (remaining balances in centimes); return the rows."""
    debits, calls, sites = world.debits, world.calls, world.establishments
    months = world.timeline.all_months
    number = _debt_numbers(world)
    treated_on = day_in_month(months[debits.month], debits.day)
    rows = _published_debts(world, treated_on)
    site = calls.establishment[debits.call[rows]]
    rows = rows[np.lexsort((debits.rank[rows], number[debits.call[rows]], site))]
    call = debits.call[rows]
    site = calls.establishment[call]
    firm = sites.firm[site]
    procedure, state = _account_states(world)
    return write_rows(
        path,
        {
            "Urssaf_gestion": OFFICE,
            "Dep": sites.department[site],
            "num_cpte": sites.account[site],
            "Siren": world.firms.siren[firm],
            "Siret": sites.siret[site],
            "Dt_immat": compact_dates(sites.created_on)[site],
            "Etat_cpte": state[site],
            "Cd_pro_col": procedure[firm],
            "Periode": urssaf_periods(months[calls.last_month[call]], calls.length[call]),
            "Num_Ecn": number[call],
            "Num_Hist_Ecn": debits.rank[rows],
            "Dt_trt_ecn": urssaf_dates(treated_on[rows]),
            "Mt_PO": debits.employee_part[rows],
            "Mt_PP": debits.employer_part[rows],
            "Cd_op_ecn": debits.operation[rows],
            "Motif_ecn": debits.reason[rows],
            "Recours_en_cours": "0",
        },
        separator=";",
    )


def _published_debts(world: World, treated_on: Days) -> NDArray[np.int64]:
    """Return the operations already published, on debts recent enough to be in the extract."""
    published = world.timeline.published("debit", treated_on)
    oldest = BURN_IN_MONTHS - DEBT_MEMORY_MONTHS
    return np.flatnonzero(published & (world.calls.last_month[world.debits.call] >= oldest))


def _debt_numbers(world: World) -> NDArray[np.int64]:
    """Return the rank of each unpaid call among those of its establishment, by period, from 1."""
    calls = world.calls
    unpaid = (calls.missed > 0).astype(np.int64)
    order = np.lexsort((calls.last_month, calls.establishment))
    running = np.cumsum(unpaid[order])
    site = calls.establishment[order]
    starts = np.flatnonzero(np.diff(site, prepend=-1))
    before = (running - unpaid[order])[starts]
    rank = running - np.repeat(before, np.diff(starts, append=len(site)))
    numbers = np.empty(len(rank), dtype=np.int64)
    numbers[order] = rank
    return numbers


def _account_states(world: World) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return `Cd_pro_col` of each firm and `Etat_cpte` of each establishment on the extraction day."""
    timeline, procedures = world.timeline, world.procedures
    opened = ~np.isnat(procedures.opened_on)
    is_known = opened & timeline.published("procol", procedures.opened_on)
    planned = is_known & (procedures.plan_month < timeline.size)
    procedure = np.where(planned, "2", np.where(is_known, "1", "0"))
    closed = world.activity.closed_month < timeline.size
    failed = is_known[world.establishments.firm]
    return procedure, np.where(closed & failed, STRUCK_OFF, np.where(closed, SUSPENDED, ACTIVE))


def write_plans(world: World, path: Path) -> int:
    """Write `sigfaible_delais.csv` (euros, decimal dot); return the number of rows."""
    plans, sites, timeline = world.plans, world.establishments, world.timeline
    observed = plans.created_on >= first_day(timeline.observed_months[0])
    rows = np.flatnonzero(observed & timeline.published("delai", plans.created_on))
    rows = rows[np.lexsort((plans.created_on[rows], plans.establishment[rows]))]
    site = plans.establishment[rows]
    created, due = plans.created_on[rows], plans.due_on[rows]
    days = (due - created).astype(np.int64)
    return write_rows(
        path,
        {
            "Urssaf_gestion": OFFICE,
            "Dep": sites.department[site],
            "Siret": sites.siret[site],
            "Numero_compte_externe": sites.account[site],
            "Numero_structure": "absent",
            "Date_creation": french_dates(created),
            "Date_echeance": french_dates(due),
            "Duree_delai": days,
            "Denomination_premiere_ligne": world.firms.display_name[sites.firm[site]],
            "Indic_6M": np.where(days <= 183, "INF", "SUP"),
            "Annee_creation": 1970 + created.astype("datetime64[Y]").astype(np.int64),
            "Montant_global_echeancier": dot_decimals(
                np.rint(plans.amount[rows] * 100).astype(np.int64)
            ),
            "Code_externe_stade": plans.stage[rows],
            "Code_externe_action": plans.action[rows],
        },
        separator=";",
    )


def write_procedures(world: World, path: Path) -> int:
    """Write `sigfaible_pcoll.csv`: each judgment once for each establishment; return the rows."""
    procedures, sites, timeline = world.procedures, world.establishments, world.timeline
    judgment, site = _judged_establishments(world)
    published = timeline.published("procol", procedures.judged_on[judgment])
    judgment, site = judgment[published], site[published]
    return write_rows(
        path,
        {
            "Siret": sites.siret[site],
            "Siren": world.firms.siren[sites.firm[site]],
            "Dt_effet": english_dates(procedures.judged_on[judgment]),
            "Cat_v2": "1",
            "Lib_actx_stdx": procedures.label[judgment],
        },
        separator=";",
    )


def _judged_establishments(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs (judgment, establishment): those open when the firm's procedure opens."""
    sites, paths = world.establishments, world.paths
    concerned = world.activity.closed_month > paths.opening_month[sites.firm]
    site_list = np.flatnonzero(concerned)
    counts = np.bincount(sites.firm[site_list], minlength=len(world.firms))
    starts = np.cumsum(counts) - counts
    firm = world.procedures.firm
    judgment = np.repeat(np.arange(len(firm)), counts[firm])
    offset = np.arange(len(judgment)) - np.repeat(
        np.cumsum(counts[firm]) - counts[firm], counts[firm]
    )
    return judgment, site_list[starts[firm][judgment] + offset]
