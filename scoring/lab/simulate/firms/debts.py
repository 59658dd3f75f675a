"""Écarts négatifs: how an unpaid contribution becomes a debt, is repaid, rescheduled or frozen.

Each month the open debts of an establishment may be paid (in full or in part), follow a payment
plan (délai), or remain. The opening of a procedure freezes them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.contributions import EMPLOYEE_SHARE, Calls, paying_difficulty
from scoring.lab.simulate.firms.plans import PlanBook, Plans
from scoring.lab.simulate.firms.region import Region
from scoring.lab.simulate.randomness import stream

RECOVERY, PAYMENT = 1, 2
"""Operation codes: mise en recouvrement, paiement."""
LATE, INSUFFICIENT, PROVISIONAL = 1, 2, 3
"""Reason codes: paiement tardif, versement manquant ou insuffisant, taxation provisionnelle."""
LATE_SHARE = 0.2
REPAY_LOGIT, REPAY_DISTRESS = 0.1, -1.3
"""Logit of a payment on an open debt in a month: at rest, per unit of difficulty."""


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
        usual = np.where(rng.random(len(missed)) < LATE_SHARE, LATE, INSUFFICIENT)
        self.reason = np.where(calls.is_declared, usual, PROVISIONAL)
        self.rng = rng
        self._rows: list[tuple[NDArray[np.int64], ...]] = []

    def write(self, chosen: NDArray[np.int64], *, month: int, operation: int) -> None:
        """Record the current balance of the chosen debts as the result of an operation."""
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

    def balance(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the balance of the chosen debts, both parts, in centimes."""
        remaining: NDArray[np.int64] = self.employee[chosen] + self.employer[chosen]
        return remaining

    def scale(self, chosen: NDArray[np.int64], kept: NDArray[np.float64]) -> None:
        """Keep a share of each balance; the part ouvrière is paid first."""
        left = np.rint(self.balance(chosen) * kept).astype(np.int64)
        self.employer[chosen] = np.minimum(left, self.employer[chosen])
        self.employee[chosen] = left - self.employer[chosen]

    def debits(self) -> Debits:
        """Return all operations, ordered by debt then rank."""
        columns = [np.concatenate(part) for part in zip(*self._rows, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        names = ("call", "rank", "month", "day", "employee_part", "employer_part")
        values = dict(
            zip((*names, "operation", "reason"), [c[order] for c in columns], strict=True)
        )
        return Debits(**values)


def simulate_debts(region: Region, calls: Calls) -> tuple[Debits, Plans]:
    """Follow each unpaid call to the end of the timeline; return operations and payment plans."""
    paths, owner = region.paths, region.establishments.firm
    ledger = _Ledger(calls, stream(region.seed, "debts"))
    book = PlanBook(region, usual=_usual_contribution(calls, sites=len(owner)))
    difficulty = paying_difficulty(firms=region.firms, paths=paths)
    # Nothing changes once a court has frozen the debts or the firm has ceased.
    stop = np.minimum(paths.opening_month, paths.cessation_month)[owner][calls.establishment]
    missed = np.flatnonzero(calls.missed > 0)
    born = calls.last_month[missed] + 1
    for month in range(1, region.timeline.size):
        ledger.write(missed[born == month], month=month, operation=RECOVERY)
        past = missed[(born < month) & (month < stop[missed])]
        debts = past[ledger.balance(past) > 0]
        site = calls.establishment[debts]
        owed = np.bincount(site, weights=ledger.balance(debts) / 100, minlength=len(owner))
        book.advance(month, balance=owed.astype(np.float64))
        instalments = book.remaining[site]
        planned, free = instalments > 0, instalments == 0
        _follow_plans(ledger, debts[planned], remaining=instalments[planned], month=month)
        _repay(ledger, debts[free], difficulty=difficulty[owner[site[free]], month], month=month)
    return ledger.debits(), book.plans()


def _usual_contribution(calls: Calls, *, sites: int) -> NDArray[np.float64]:
    """Return the mean monthly contribution of each establishment, in euros."""
    total = np.bincount(calls.establishment, weights=calls.due, minlength=sites)
    months = np.bincount(calls.establishment, weights=calls.length, minlength=sites)
    usual: NDArray[np.float64] = total / np.maximum(months, 1.0)
    return usual


def _follow_plans(
    ledger: _Ledger, debts: NDArray[np.int64], *, remaining: NDArray[np.int64], month: int
) -> None:
    """Pay one instalment of each debt under a plan: 1/remaining of its balance."""
    ledger.scale(debts, 1.0 - 1.0 / remaining)
    ledger.write(debts, month=month, operation=PAYMENT)


def _repay(
    ledger: _Ledger, debts: NDArray[np.int64], *, difficulty: NDArray[np.float64], month: int
) -> None:
    """Draw the payments of the other debts: seven in ten settle the debt in full."""
    rng = ledger.rng
    chance = 1.0 / (1.0 + np.exp(-(REPAY_LOGIT + REPAY_DISTRESS * difficulty)))
    paid = debts[rng.random(len(debts)) < chance]
    full = rng.random(len(paid)) < 0.7
    ledger.scale(paid, np.where(full, 0.0, rng.uniform(0.2, 0.8, size=len(paid))))
    ledger.write(paid, month=month, operation=PAYMENT)
