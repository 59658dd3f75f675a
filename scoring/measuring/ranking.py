"""AUC and average precision under weights that change while the scores do not: rows are sorted once for
all the draws, where scikit-learn, which gives the same figures, sorts and checks them at each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """The rows by decreasing score, and where each group of equal scores begins among them."""

    order: npt.NDArray[np.intp]
    begins: npt.NDArray[np.intp]
    failed: Floats

    @classmethod
    def of(cls, score: Floats, outcome: Floats) -> Ranking:
        """Sort rows with outcomes 0 or 1."""
        order = np.argsort(-score, kind="stable")
        ranked = score[order]
        begins = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
        return cls(order, begins, outcome[order])

    def auc(self, weight: Floats) -> float:
        """Return the probability that a failing row is above a surviving one, ties counting for half."""
        failed, survived = self._groups(weight)
        above = np.cumsum(survived)
        pairs = failed @ (above[-1] - above + survived / 2)
        total = float(failed.sum() * survived.sum())
        return float(pairs) / total if total else float("nan")

    def average_precision(self, weight: Floats) -> float:
        """Return the mean precision at the rank of each failing row."""
        failed, survived = self._groups(weight)
        detected = np.cumsum(failed)
        raised = detected + np.cumsum(survived)
        precision = np.divide(detected, raised, out=np.zeros_like(raised), where=raised > 0)
        return float(failed @ precision) / float(detected[-1]) if detected[-1] else float("nan")

    def _groups(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the weight of failing and surviving rows in each group of equal scores."""
        ranked = weight[self.order]
        hits = ranked * self.failed
        return np.add.reduceat(hits, self.begins), np.add.reduceat(ranked - hits, self.begins)
