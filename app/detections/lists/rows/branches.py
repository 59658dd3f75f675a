"""The two kinds of rows of a list, entries of the algorithm and firms that humans signal, each read by index and filtered.

An entry is read at a place: a département of the reader's zone, or the country for a large zone. Each figure comes from the row
of its nature, which row-level security gives or not: a filter on a figure that is not given keeps no firm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.companies.accounts import STEADY
from app.companies.models import FRANCE, AnnualAccounts, Company, CompanyFigures
from app.core.access.identity import Identity, Nature
from app.core.database.tables import current_day
from app.detections.lists.filters import (
    AlertSource,
    DebtSign,
    Filters,
    WorkforceSign,
)
from app.detections.lists.marks import find_mark
from app.detections.lists.models import GRADES, NEWS, DetectionPlace
from app.detections.models import HumanSignal
from scoring.dictionary.naf import SECTIONS

#: the tables that rows are read from, and their columns. Statements are made of them for each page: made of mapped classes, they
#: took Python as long as the rest of it
_FIGURES, _PLACES = CompanyFigures.__table__, DetectionPlace.__table__
_FIRMS, _SIGNALS, _ACCOUNTS = (
    Company.__table__.c,
    HumanSignal.__table__.c,
    AnnualAccounts.__table__.c,
)
#: how long a human signal stays on the lists
SIGNAL_LIFE = timedelta(days=365)
#: a zone of more départements is read in the order of the whole country
FEW = 20

Condition = ColumnElement[bool]


@dataclass(frozen=True, kw_only=True)
class ListedRows:
    """Rows of one kind; those at several ``places`` are to be joined to them laterally."""

    statement: Select[*tuple[Any, ...]]
    siren: ColumnElement[str]
    #: the rows that the statement reads: the entry, and the figures of each nature; of a signal, the firm has those of everybody
    listed: Any = None
    figures: dict[Nature, Any]
    places: FromClause | None = None
    place: ColumnElement[str]

    def where(self, *conditions: Condition) -> "ListedRows":
        """The rows that meet some conditions as well."""
        return replace(self, statement=self.statement.where(*conditions))

    def with_figures(self, nature: Nature) -> "ListedRows":
        """The rows whose figures of a nature are stored and given to the reader."""
        if nature in self.figures:
            return self
        figures = _FIGURES.alias()
        statement = self.statement.join(figures, self._are_of(figures.c, nature))
        return replace(self, statement=statement, figures=self.figures | {nature: figures.c})

    def figure(self, nature: Nature, name: str) -> ColumnElement[Any]:
        """A figure of the rows `with_figures` of its nature."""
        figures = self.figures[nature]
        if figures is _FIRMS and name == "town":
            town: ColumnElement[str] = _FIRMS.department + " " + func.coalesce(_FIRMS.commune, "")
            return town
        column: ColumnElement[Any] = figures[name]
        return column

    def without(self, nature: Nature, name: str) -> "ListedRows":
        """The rows of which a figure is unknown, or not given to the reader."""
        if nature in self.figures:
            return self.where(self.figure(nature, name).is_(None))
        figures = _FIGURES.alias()
        known = select(figures.c.siren).where(
            self._are_of(figures.c, nature), figures.c[name].is_not(None)
        )
        return self.where(~known.exists().correlate_except(figures))

    def _are_of(self, figures: Any, nature: Nature) -> Condition:
        """Whether figures are those of a row; whatever is listed is open for good, which is what their index holds."""
        is_open = [figures.is_open] if self.listed is not None else []
        return and_(
            figures.nature == nature,
            figures.place == self.place,
            figures.siren == self.siren,
            *is_open,
        )


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the rows of a list come from: the list ``list_id`` until ``until``, as ``identity`` reads it, filtered."""

    identity: Identity
    list_id: int | None
    until: datetime
    filters: Filters

    def branches(self) -> list[ListedRows]:
        """Every kind of row, each firm in one of them alone."""
        signals = self.signals()
        return [*self.entries(), *([] if signals is None else [signals])]

    def entries(self) -> list[ListedRows]:
        """The entries of the zone, then of the firms that the reader supports elsewhere."""
        if self.list_id is None:
            return []
        zone, chosen = self.identity.zones.get(Nature.SCORE, ()), self.filters.departments
        places = [code for code in zone if not chosen or code in chosen]
        branches = [self._entries(places)] if places else []
        if len(places) <= FEW and not chosen and self.identity.case_sirens:
            beyond = self._entries([FRANCE])
            mine = beyond.siren.in_(self.identity.case_sirens)
            branches.append(beyond.where(mine, ~beyond.listed.departments.overlap(_texts(places))))
        return branches

    def signals(self) -> ListedRows | None:
        """The signalled firms that the list does not show; `None` when the filters keep none."""
        filters = self.filters
        if filters.levels or filters.novelties or filters.source in _OF_ALGORITHM:
            return None
        # What its workforce was a year ago is stored of the firms that a list once held.
        if filters.workforce_signs:
            return None
        signalled = select(_SIGNALS.siren).where(*self._in_force()).distinct().subquery()
        siren, places = _FIRMS.siren, _PLACES.c
        listed = select(places.siren).where(
            places.list_id == self.list_id, places.place == FRANCE, places.siren == siren
        )
        statement = (
            select(siren).select_from(Company.__table__).join(signalled, signalled.c.siren == siren)
        )
        branch = ListedRows(
            statement=statement.where(~listed.exists()),
            siren=siren,
            figures={Nature.SCORE: _FIRMS},
            place=_told(FRANCE),
        )
        if filters.departments:
            branch = branch.where(_FIRMS.departments.overlap(_texts(filters.departments)))
        return self._filtered(branch)

    def signal_of(self, siren: SQLColumnExpression[str]) -> Select[*tuple[Any, ...]]:
        """Select the last signal in force of a firm: its siren, id and source."""
        latest = (_SIGNALS.created_at.desc(), _SIGNALS.id.desc())
        signal = select(_SIGNALS.siren, _SIGNALS.id, _SIGNALS.source)
        return signal.where(_SIGNALS.siren == siren, *self._in_force()).order_by(*latest).limit(1)

    def is_signalled(self, siren: SQLColumnExpression[str]) -> Condition:
        """Whether a signal of the firm is in force: all of them are read once, not for each firm."""
        signalled = select(_SIGNALS.siren).where(*self._in_force()).scalar_subquery()
        return siren == any_(func.array(signalled, type_=ARRAY(Text())))

    def _entries(self, places: Sequence[str]) -> ListedRows:
        """The entries at some places, each once, at the first of them."""
        table, filters = _PLACES.alias(), self.filters
        listed, siren = table.c, table.c.siren
        whole = places == [FRANCE] or len(places) > FEW
        at = None if whole or len(places) == 1 else _in_order(places)
        place = _told(FRANCE if whole else places[0]) if at is None else at.c.place
        branch = ListedRows(
            statement=select(siren)
            .select_from(table)
            .where(listed.list_id == self.list_id, listed.place == place),
            siren=siren,
            listed=listed,
            figures={},
            places=at,
            place=place,
        )
        if at is not None:
            branch = branch.where(~listed.departments.overlap(at.c.before))
        elif whole and filters.departments:
            branch = branch.where(listed.departments.overlap(_texts(filters.departments)))
        if filters.source in (AlertSource.HUMAN, AlertSource.BOTH):
            branch = branch.where(self.is_signalled(branch.siren))
        of_score = _numbered(listed.grade, GRADES, filters.levels)
        of_score += _numbered(listed.news, NEWS, filters.novelties)
        return self._filtered(branch.where(*of_score))

    def _in_force(self) -> list[Condition]:
        return [
            _SIGNALS.created_at <= self.until,
            _SIGNALS.created_at > self.until - SIGNAL_LIFE,
            _SIGNALS.departments.overlap(_texts(self.identity.departments)),
        ]

    def _filtered(self, branch: ListedRows) -> ListedRows:
        for nature, narrow in FILTERED:
            if narrow(self.filters, _FIGURES.c):
                branch = branch.with_figures(nature)
                branch = branch.where(*narrow(self.filters, branch.figures[nature]))
        if self.filters.accounts_signs:
            branch = branch.where(_last_result(branch.siren) < 0)
        requested = (find_mark(code) for code in self.filters.marks)
        marked = [mark.condition(self.identity, branch.siren) for mark in requested if mark]
        return branch.where(*marked)


_OF_ALGORITHM = (AlertSource.ALGORITHM, AlertSource.BOTH)


def _of_everybody(filters: Filters, figures: Any) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.procedures:
        conditions.append(
            figures.procedure_status.in_([_told(code) for code in filters.procedures])
        )
    if filters.sections:
        conditions.append(or_(*(_in_section(figures.naf, section) for section in filters.sections)))
    if filters.workforce_min is not None:
        conditions.append(figures.workforce >= _told(filters.workforce_min))
    if filters.workforce_max is not None:
        conditions.append(figures.workforce <= _told(filters.workforce_max))
    if WorkforceSign.FALLS in filters.workforce_signs:
        conditions.append(figures.workforce_change <= -STEADY)
    return conditions


def _of_urssaf(filters: Filters, figures: Any) -> list[Condition]:
    conditions = [] if filters.debt_min is None else [figures.debt >= _told(filters.debt_min)]
    if DebtSign.RISES in filters.debt_signs:
        conditions.append(figures.debt_change >= STEADY)
    if DebtSign.DELAY in filters.debt_signs:
        conditions.append(figures.delay_until >= current_day())
    return conditions


def _of_short_time(filters: Filters, figures: Any) -> list[Condition]:
    return [figures.short_time > 0] if filters.short_time_signs else []


def _last_result(siren: ColumnElement[str]) -> ColumnElement[float]:
    """The operating result of the last accounts of a firm that the reader may read, as the row of the list shows it."""
    filed = select(_ACCOUNTS.ebit).where(_ACCOUNTS.siren == siren)
    return filed.order_by(_ACCOUNTS.closed_on.desc()).limit(1).scalar_subquery()


#: the nature of the figures that filters read, and the conditions they make
FILTERED: tuple[tuple[Nature, Callable[[Filters, Any], list[Condition]]], ...] = (
    (Nature.SCORE, _of_everybody),
    (Nature.URSSAF, _of_urssaf),
    (Nature.ACTIVITE_PARTIELLE, _of_short_time),
)


def _in_section(naf: SQLColumnExpression[str], section: str) -> Condition:
    """Whether an activity is in a section, which is a run of divisions: two bounds that an index follows."""
    _, first, last = SECTIONS[section]
    return and_(naf >= _told(f"{first:02d}"), naf < _told(f"{last:02d}zz"))


def _numbered(
    number: SQLColumnExpression[int], numbers: Any, kept: Sequence[Any]
) -> list[Condition]:
    if len(kept) == 1:
        return [number == numbers[kept[0]]]
    return [number.in_([numbers[value] for value in kept])] if kept else []


def _told(value: str | int) -> ColumnElement[Any]:
    """A value written in the statement, so that its plan is made for it: many firms are in France, few owe a million.

    A plan made once for all values reads a whole list to count the few rows that a rare one keeps.
    """
    kind: Text | Integer = Text() if isinstance(value, str) else Integer()
    return bindparam(None, value, type_=kind, literal_execute=True)


def _texts(codes: Sequence[str]) -> ColumnElement[list[str]]:
    return literal(list(codes), ARRAY(Text()))


def _in_order(places: Sequence[str]) -> FromClause:
    """The places, each with those before it."""
    rows = [(place, list(places[:number])) for number, place in enumerate(places)]
    listed = values(column("place", Text()), column("before", ARRAY(Text())), name="place")
    return listed.data(
        [(cast(place, Text()), cast(before, ARRAY(Text()))) for place, before in rows]
    )
