"""How each outcome is said: in a verdict, and what its effect is an amount of."""

from __future__ import annotations

from typing import Final

from scoring.impact.judging.conclusion import Words, points
from scoring.vocabulary import StudyOutcome


def jobs(amount: float) -> str:
    """Return a number of jobs in French: « 1,2 emploi »."""
    value = round(abs(amount), 1)
    text = f"{value:.1f}".replace(".", ",").removesuffix(",0")
    return f"{text} emploi{'s' if value >= 2 else ''}"


def euros(amount: float) -> str:
    """Return an amount in French, to the hundred: « 14 000 € »."""
    value = round(abs(amount) / 100) * 100
    return f"{value:,}".replace(",", "\u202f") + "\u00a0€"


WORDS: Final = {
    StudyOutcome.OPENING: Words(happened="ont ouvert une procédure collective", amount=points),
    StudyOutcome.LIQUIDATION: Words(happened="ont été liquidées", amount=points),
    StudyOutcome.JOBS: Words(happened="comptent", amount=jobs),
    StudyOutcome.DEBT: Words(happened="devaient, à l’ouverture de leur procédure,", amount=euros),
    StudyOutcome.CLOSURE: Words(
        happened="ont fermé sans procédure ni dette sociale", amount=points
    ),
}
