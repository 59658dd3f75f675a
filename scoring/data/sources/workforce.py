"""What the two workforce files share: one column a month, `effAAAATM`."""

from __future__ import annotations

from scoring.data.sources.base import Measure, Periods
from scoring.data.sources.bounds import EMPLOYEES
from scoring.data.sources.parse import number
from scoring.data.sources.periods import quarter_month

WORKFORCE = Periods(
    name="month",
    pattern="(?P<stem>eff)(?P<period>[0-9]+)",
    parse=quarter_month,
    measures=(Measure("workforce", "DOUBLE", "eff", number, (f"-{EMPLOYEES}", f"{EMPLOYEES}")),),
    expected=(
        "des colonnes de mois « effAAAATM » sont attendues, avec le trimestre (de 1 à 4) et le mois"
        " du trimestre (de 1 à 3), par exemple « eff202431 » pour juillet 2024"
    ),
    unreadable="effectif illisible",
    beyond="effectif hors limites",
    future="mois dans le futur",
)
