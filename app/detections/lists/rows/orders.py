"""The orders of a list: each is made of stages that follow one another, and each stage is read in the order of an index.

What is unknown to the reader, absent or not given, comes last whichever way: a stage of its own, in which the figure plays no part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, not_

from app.core.access.identity import Identity, Nature
from app.core.database.keyset import Key
from app.detections.lists.filters import Order, Sort
from app.detections.lists.marks import Mark, list_shown
from app.detections.lists.rows.branches import ListedRows, Sources

#: of each sort by a figure: the nature of the rows that hold it, and its name
FIGURES = {
    Sort.COMPANY: (Nature.SCORE, "name_sort"),
    Sort.PLACE: (Nature.SCORE, "town"),
    Sort.WORKFORCE: (Nature.SCORE, "workforce"),
    Sort.PROCEDURE: (Nature.SCORE, "procedure_status"),
    Sort.DEBT: (Nature.URSSAF, "debt"),
    Sort.SHORT_TIME: (Nature.ACTIVITE_PARTIELLE, "short_time"),
}


@dataclass(frozen=True, kw_only=True)
class OrderedRows:
    """Rows of a stage, of one kind, and the columns that order them; the last is the siren."""

    branch: ListedRows
    columns: Sequence[ColumnElement[Any]]
    descending: bool

    @property
    def key(self) -> Key:
        """The order of the rows."""
        return [column.desc() for column in self.columns] if self.descending else self.columns


#: makes the parts of a stage when it is reached, which most stages never are
Stage = Callable[[], list[OrderedRows]]


def stages(sources: Sources, order: Order) -> list[Stage]:
    """Return the stages of an order."""
    down = order.descending
    if order.sort in FIGURES:
        nature, figure = FIGURES[order.sort]
        return [
            lambda: _by_figure(sources.branches(), nature, figure, descending=down),
            lambda: _by_siren(
                [branch.without(nature, figure) for branch in sources.branches()], descending=down
            ),
        ]
    if order.sort is Sort.FOLLOW_UP:
        strongest_first = [*list_shown(), None]
        return [
            lambda mark=mark: _by_siren(_marked(sources, mark), descending=down)  # type: ignore[misc]
            for mark in (strongest_first if down else reversed(strongest_first))
        ]
    return [
        lambda: [_of_score(branch, order.sort, descending=down) for branch in sources.entries()],
        lambda: _by_siren([s for s in [sources.signals()] if s is not None], descending=down),
    ]


def _by_figure(
    branches: Sequence[ListedRows], nature: Nature, figure: str, *, descending: bool
) -> list[OrderedRows]:
    parts = []
    for branch in branches:
        given = branch.with_figures(nature)
        column = given.figure(nature, figure)
        parts.append(
            OrderedRows(
                branch=given.where(column.is_not(None)),
                columns=[column, _siren(given, nature)],
                descending=descending,
            )
        )
    return parts


def _by_siren(branches: Sequence[ListedRows], *, descending: bool) -> list[OrderedRows]:
    return [OrderedRows(branch=row, columns=[row.siren], descending=descending) for row in branches]


def _of_score(branch: ListedRows, sort: Sort, *, descending: bool) -> OrderedRows:
    """Rows by level or novelty: positions are smallest for what matters most."""
    listed = branch.listed
    place = listed.position if sort is Sort.LEVEL else listed.news_position
    return OrderedRows(branch=branch, columns=[place, branch.siren], descending=not descending)


def _marked(sources: Sources, mark: Mark | None) -> list[ListedRows]:
    """The rows whose strongest mark is ``mark``, or that bear none."""
    all_marks = list_shown()
    stronger = all_marks if mark is None else all_marks[: all_marks.index(mark)]
    return [_bearing(row, sources.identity, mark, stronger) for row in sources.branches()]


def _bearing(
    row: ListedRows, identity: Identity, mark: Mark | None, stronger: Sequence[Mark]
) -> ListedRows:
    conditions = [not_(each.condition(identity, row.siren)) for each in stronger]
    if mark is not None:
        conditions.append(mark.condition(identity, row.siren))
    return row.where(*conditions)


def _siren(branch: ListedRows, nature: Nature) -> ColumnElement[str]:
    """The siren of the rows in whose index the order is."""
    siren: ColumnElement[str] = branch.figures[nature].siren
    return siren
