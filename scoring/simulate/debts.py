"""Écarts négatifs: how an unpaid contribution becomes a debt, is repaid, staggered or frozen.

Each month the open debts of an establishment may be paid (in full or in part), follow a payment
plan (délai), or stay. The opening of a procedure freezes them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.simulate.contributions import EMPLOYEE_SHARE, Calls, paying_difficulty
from scoring.simulate.economy import Paths
from scoring.simulate.plans import PlanBook, Plans
from scoring.simulate.population import Establishments, Firms
from scoring.simulate.randomness import stream
from scoring.simulate.timeline import Timeline

RECOVERY, PAYMENT, WRITE_OFF = 1, 2, 3
"""Operation codes: mise en recouvrement, paiement, admission en non-valeur."""
LATE, INSUFFICIENT, PROVISIONAL = 1, 2, 3
"""Reason codes: paiement tardif, versement manquant ou insuffisant, taxation provisionnelle."""
REPAY_LOGIT, REPAY_DISTRESS = 0.1, -1.3
"""Logit of a payment on an open debt in a month: at rest, for one unit of difficulty."""


@dataclass(frozen=True, kw_only=True)
class Debits:
    """One entry for each operation; `employee_part` and `employer_part` are remaining centimes."""

    call: NDArray[np.int64]
    rank: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]
    employee_part: NDArray[np.int64]
    employer_part: NDArray[np.int64]
    operation: NDArray[np.int64]
    reason: NDArray[np.int64]


class _Ledger:
    """Open debts, one for each missed call, and the operations written on them."""

    def __init__(self, calls: Calls, rng: np.random.Generator) -> None:
        missed = np.rint(calls.missed * 100).astype(np.int64)
        self.employee = np.rint(missed * EMPLOYEE_SHARE).astype(np.int64)
        self.employer = missed - self.employee
        self.rank = np.zeros(len(missed), dtype=np.int64)
        self.reason = np.where(calls.is_declared, INSUFFICIENT, PROVISIONAL)
        self.rng = rng
        self._rows: list[tuple[NDArray[np.int64], ...]] = []

    def write(self, chosen: NDArray[np.int64], *, month: int, operation: int) -> None:
        """Record the present balance of the chosen debts as the result of an operation."""
        self.rank[chosen] += 1
        size = len(chosen)
        self._rows.append(
            (
                chosen,
                self.rank[chosen],
                np.full(size, month),
                self.rng.integers(3, 28, size=size),
                self.employee[chosen],
                self.employer[chosen],
                np.full(size, operation),
                self.reason[chosen],
            )
        )

    def scale(self, chosen: NDArray[np.int64], kept: NDArray[np.float64]) -> None:
        """Keep a share of each balance; the part ouvrière is paid first."""
        total = self.employee[chosen] + self.employer[chosen]
        left = np.rint(total * kept).astype(np.int64)
        self.employer[chosen] = np.minimum(left, self.employer[chosen])
        self.employee[chosen] = left - self.employer[chosen]

    def debits(self) -> Debits:
        """All operations, ordered by debt then rank."""
        columns = [np.concatenate(part) for part in zip(*self._rows, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        names = ("call", "rank", "month", "day", "employee_part", "employer_part")
        values = dict(
            zip((*names, "operation", "reason"), [c[order] for c in columns], strict=True)
        )
        return Debits(**values)


def simulate_debts(
    *,
    seed: int,
    firms: Firms,
    establishments: Establishments,
    paths: Paths,
    calls: Calls,
    timeline: Timeline,
) -> tuple[Debits, Plans]:
    """Follow each unpaid call to the end of the timeline; return operations and payment plans."""
    rng = stream(seed, "debts")
    ledger = _Ledger(calls, rng)
    book = PlanBook(
        rng=stream(seed, "plans"), establishments=establishments, paths=paths, timeline=timeline
    )
    difficulty = paying_difficulty(firms=firms, paths=paths)
    # Nothing moves once a court has frozen the debts or the firm has ceased.
    stop = np.minimum(paths.opening_month, paths.cessation_month)
    missed = np.flatnonzero(calls.missed > 0)
    born = calls.last_month[missed] + 1
    usual = _usual_contribution(calls, sites=len(establishments))
    for month in range(1, timeline.size):
        fresh = missed[born == month]
        ledger.write(fresh, month=month, operation=RECOVERY)
        open_debts = missed[(born < month) & (ledger.employee + ledger.employer > 0)[missed]]
        site = calls.establishment[open_debts]
        firm = establishments.firm[site]
        works = month < stop[firm]
        open_debts, site, firm = open_debts[works], site[works], firm[works]
        owed = (ledger.employee + ledger.employer)[open_debts] / 100
        balance = np.bincount(site, weights=owed, minlength=len(usual)).astype(np.float64)
        book.advance(month, balance=balance, usual=usual)
        planned = book.remaining[site]
        _follow_plans(ledger, debts=open_debts, remaining=planned, month=month)
        free = planned == 0
        _repay(
            ledger, debts=open_debts[free], difficulty=difficulty[firm[free], month], month=month
        )
    return ledger.debits(), book.plans()


def _usual_contribution(calls: Calls, *, sites: int) -> NDArray[np.float64]:
    """Mean monthly contribution of each establishment, in euros."""
    total = np.bincount(calls.establishment, weights=calls.due, minlength=sites)
    months = np.bincount(calls.establishment, weights=calls.length, minlength=sites)
    usual: NDArray[np.float64] = total / np.maximum(months, 1.0)
    return usual


def _follow_plans(
    ledger: _Ledger,
    *,
    debts: NDArray[np.int64],
    remaining: NDArray[np.int64],
    month: int,
) -> None:
    """Pay one instalment of each debt under a plan: 1/remaining of its balance."""
    chosen = remaining > 0
    left = 1.0 - 1.0 / np.maximum(remaining[chosen], 1)
    ledger.scale(debts[chosen], left)
    ledger.write(debts[chosen], month=month, operation=PAYMENT)


def _repay(
    ledger: _Ledger,
    *,
    debts: NDArray[np.int64],
    difficulty: NDArray[np.float64],
    month: int,
) -> None:
    """Draw the payments of the other debts: seven in ten settle all of it."""
    rng = ledger.rng
    chance = 1.0 / (1.0 + np.exp(-(REPAY_LOGIT + REPAY_DISTRESS * difficulty)))
    paid = debts[rng.random(len(debts)) < chance]
    full = rng.random(len(paid)) < 0.7
    ledger.scale(paid, np.where(full, 0.0, rng.uniform(0.2, 0.8, size=len(paid))))
    ledger.write(paid, month=month, operation=PAYMENT)
