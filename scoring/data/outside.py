"""Lines of a batch that the lake keeps and nobody is shown: how many of each file, and why.

Closed units and establishments that nothing refers to, and the monthly figures of firms outside the perimeter. A line is outside by
what is known when its batch is read; what is shown is judged again at each publication.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend, keep, read
from scoring.data.kept import STOCK, Held, left_out_places, left_out_units
from scoring.data.lake import Lake, Tables, WithBatch
from scoring.data.perimeter import can_tell, counted_firms
from scoring.data.perimeter_rule import REASONS
from scoring.data.sources.loading import part_name
from scoring.data.sources.report import FileReport
from scoring.data.sources.series import SERIES
from scoring.data.sources.statements import LINE

#: The sources whose months are charted.
CHARTED = ("effectif", "cotisation", "debit", "ap_conso", "ap_demande", *SERIES)
#: The sources that are shown of the firms of the perimeter alone.
FIGURES = (*CHARTED, "delai")
CLOSED_UNIT = "entreprise fermée à laquelle rien ne se réfère"
CLOSED_PLACE = "établissement fermé auquel rien ne se réfère"

#: From the rows of a source, those that are outside, with the `reason`.
LeftOut = Callable[[Table], Table]


def told_outside(
    lake: Lake, batch_id: str, reports: Sequence[FileReport], *, known: Held, con: Backend
) -> list[FileReport]:
    """Return the reports of a batch, not published yet, with the lines of each file that are outside, by reason."""
    tables, staged = WithBatch(lake, batch_id), lake.staged(batch_id)
    outside = _closed(tables, con, known, staged) | _figures(tables, con, known, staged)
    told = []
    for report in reports:
        part = lake.root / report.source / batch_id / part_name(report.sha256)
        # A copy of another file has no line of its own.
        is_judged = report.source in outside and report.valid and part.exists()
        left_out = _count(con, part, outside[report.source]) if is_judged else {}
        count = sum(left_out.values())
        told.append(
            replace(
                report,
                valid=report.valid - count,
                outside=report.outside + count,
                left_out=left_out,
            )
        )
    return told


def shown_firms(firms: Table, known: Held) -> Table:
    """Return siren, the firms whose figures are shown: those inside the perimeter, and those that somebody follows."""
    inside = firms.filter(firms.in_perimeter).select("siren")
    return ibis.union(inside, known.followed.select("siren"), distinct=True)


def _closed(
    tables: Tables, con: Backend, known: Held, staged: Collection[str]
) -> dict[str, LeftOut]:
    if not set(STOCK) & set(staged):
        return {}
    units = keep(con, left_out_units(tables, con, known), name="outside_units")
    places = keep(con, left_out_places(tables, con, known, units=units), name="outside_places")
    return {
        "sirene_ul": lambda rows: rows.semi_join(units, "siren").mutate(reason=_said(CLOSED_UNIT)),
        "sirene_etab": lambda rows: rows.semi_join(places, "siret").mutate(
            reason=_said(CLOSED_PLACE)
        ),
    }


def _figures(
    tables: Tables, con: Backend, known: Held, staged: Collection[str]
) -> dict[str, LeftOut]:
    figures = set(FIGURES) & set(staged)
    if not figures or not can_tell(tables):
        return {}
    firms = keep(con, counted_firms(tables, con), name="outside_firms")
    shown = keep(con, shown_firms(firms, known), name="outside_shown")

    def left_out(rows: Table) -> Table:
        if "siren" not in rows.columns:
            rows = rows.mutate(siren=rows.siret.left(9))
        rows = rows.anti_join(shown, "siren").left_join(firms, "siren")
        code = ibis.coalesce(rows.reason, _said("no_workforce"))
        return rows.mutate(reason=code.cases(*REASONS.items()))

    return dict.fromkeys(figures, left_out)


def _said(reason: str) -> ibis.expr.types.StringValue:
    return ibis.literal(reason)


def _count(con: Backend, part: Path, left_out: LeftOut) -> dict[str, int]:
    """Count the lines of a part that are outside, by reason, the most frequent first."""
    rows = left_out(read(con, [part]))
    lines = rows[LINE].nunique() if LINE in rows.columns else rows.count()
    counted = rows.group_by("reason").agg(lines=lines).to_pyarrow().to_pylist()
    counted.sort(key=lambda row: (-row["lines"], row["reason"]))
    return {row["reason"]: row["lines"] for row in counted}
