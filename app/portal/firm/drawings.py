"""Curves drawn by the server, for what has no script: the band's, and those of the printed sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.companies.charts import MonthlyChart
from app.companies.presenters import Values
from app.core.text.french import month_fr, number_fr

#: the box of a drawing of the printed sheet, in its own units, and the room left above and below its lines
WIDTH, HEIGHT, MARGIN = 340, 96, 4
#: how the lines of a drawing are told from one another on paper; no chart has more
STROKES = ("trait épais", "trait fin", "tirets", "pointillés")


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """A line of a drawing: what it is, and its polylines, one for each run of known months."""

    label: str
    runs: Sequence[str]
    #: how it is told from the others without colours
    stroke: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart for paper. ``top``: the figure at its top, written; it begins at zero."""

    caption: str
    lines: Sequence[PaperLine]
    top: str
    first: str
    last: str


def drawing(chart: MonthlyChart, months: Sequence[date]) -> Drawing | None:
    """Return a chart of months as lines from zero to its highest figure; `None` when no two months in a row are known."""
    known = [value for line in chart.lines for value in line["values"] if value is not None]
    if not known:
        return None
    high = max(*known, 0.0) or 1.0
    lines = [
        PaperLine(
            label=line["label"],
            runs=curves(line["values"], low=0.0, high=high, box=(WIDTH, HEIGHT)),
            stroke=stroke,
        )
        for stroke, line in zip(STROKES, chart.lines, strict=False)
    ]
    if not any(line.runs for line in lines):
        return None
    return Drawing(
        caption=chart.heading or chart.caption,
        lines=lines,
        top=f"{number_fr(high, chart.digits)}\u00a0{chart.unit}",
        first=month_fr(months[0]),
        last=month_fr(months[-1]),
    )


def curves(
    values: Values, *, low: float, high: float, box: tuple[int, int], margin: int = MARGIN
) -> list[str]:
    """Return the points of a polyline for each run of known values of ``values``, from ``low`` to ``high`` in a ``box`` (width, height)."""
    width, height = box
    span, step = (high - low) or 1.0, width / max(1, len(values) - 1)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        at = height - margin - (value - low) / span * (height - 2 * margin)
        runs[-1].append(f"{place * step:.1f},{at:.1f}")
    return [" ".join(run) for run in runs if len(run) > 1]
