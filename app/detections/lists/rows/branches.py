"""The two kinds of rows of a list, entries of the algorithm and firms that humans signal, each read by index and filtered.

An entry is read at a place: a département of the reader's zone, or the country for a large zone. Each figure comes from the row
of its nature, which row-level security gives or not: a filter on a figure that is not given keeps no firm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    true,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.companies.models import FRANCE, Company, CompanyFigures
from app.core.access.identity import Identity, Nature
from app.detections.lists.filters import AlertSource, Filters
from app.detections.lists.marks import find_mark, is_on_none_of, is_on_one_of
from app.detections.lists.models import GRADES, NEWS, DetectionPlace
from app.detections.lists.rows.conditions import (
    FILTERED,
    Condition,
    numbered,
    of_accounts,
    texts,
    told,
)
from app.detections.lists.rows.figures import (
    is_dominated,
    last_filed,
    last_stored,
    of_firms,
)
from app.detections.models import HumanSignal

#: the tables that rows are read from, and their columns. Statements are made of them for each page: made of mapped classes, they
#: took Python as long as the rest of it
_FIGURES, _PLACES = CompanyFigures.__table__, DetectionPlace.__table__
_FIRMS, _SIGNALS = Company.__table__.c, HumanSignal.__table__.c
#: how long a human signal stays on the lists
SIGNAL_LIFE = timedelta(days=365)
#: between which moments: given as a statement is executed, so that a statement is the same at any moment
SINCE, UNTIL = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
#: a zone of more départements is read in the order of the whole country
FEW = 20


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
    #: what few of the rows meet, those of which the reader reads figures of a nature: the others are not looked up one by one
    given: Callable[[Nature], Condition] | None = None

    def where(self, *conditions: Condition) -> "ListedRows":
        """The rows that meet some conditions as well."""
        return replace(self, statement=self.statement.where(*conditions))

    def with_figures(self, nature: Nature, *, isouter: bool = False) -> "ListedRows":
        """The rows whose figures of a nature are stored and given to the reader; ``isouter``: the others as well."""
        if nature in self.figures:
            return self
        figures = _FIGURES.alias()
        statement = self.statement.join(figures, self._are_of(figures.c, nature), isouter=isouter)
        if self.given is not None:
            statement = statement.where(self.given(nature))
        return replace(self, statement=statement, figures=self.figures | {nature: figures.c})

    def figure(self, nature: Nature, name: str) -> ColumnElement[Any]:
        """A figure of the rows `with_figures` of its nature."""
        column: ColumnElement[Any] = getattr(self.figures[nature], name)
        return column

    def with_accounts(self) -> "tuple[ListedRows, Any]":
        """The rows, and figures of the last accounts that the reader may read, as the row of the list shows them."""
        if self.listed is None:
            return self, last_filed()
        rows = self.with_figures(Nature.SCORE)
        rows = rows.with_figures(Nature.COMPTES_CONFIDENTIELS, isouter=True)
        public, closed = rows.figures[Nature.SCORE], rows.figures[Nature.COMPTES_CONFIDENTIELS]
        return rows, last_stored(public, closed)

    def without(self, nature: Nature, name: str) -> "ListedRows":
        """The rows of which a figure is unknown, or not given to the reader."""
        if nature in self.figures:
            return self.where(self.figure(nature, name).is_(None))
        figures = _FIGURES.alias()
        known = select(figures.c.siren).where(
            self._are_of(figures.c, nature), figures.c[name].is_not(None)
        )
        is_known: Condition = known.exists().correlate_except(figures)
        return self.where(~is_known if self.given is None else ~and_(self.given(nature), is_known))

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
    until: datetime = field(compare=False)
    filters: Filters

    @property
    def moments(self) -> dict[str, datetime]:
        """What statements are executed with: between which moments a signal is in force."""
        return {"since": self.until - SIGNAL_LIFE, "until": self.until}

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
            branches.append(beyond.where(mine, ~beyond.listed.departments.overlap(texts(places))))
        return branches

    def signals(self) -> ListedRows | None:
        """The signalled firms that the list does not show; `None` when the filters keep none."""
        return None if self.filters.leaves_signals_out else self._signals()

    def signals_left_out(self) -> ListedRows | None:
        """Those that it would show, were it not for a filter that asks what is not known of them."""
        return self._signals() if self.filters.leaves_signals_out else None

    def _signals(self) -> ListedRows | None:
        filters = self.filters
        if filters.source in _OF_ALGORITHM:
            return None
        siren, places = _FIRMS.siren, _PLACES.c
        listed = select(places.siren).where(
            places.list_id == self.list_id,
            places.place == told(FRANCE),
            self.is_signalled(places.siren),
        )
        branch = ListedRows(
            statement=select(siren)
            .select_from(Company.__table__)
            .where(self.is_signalled(siren), siren != all_(_array(listed))),
            siren=siren,
            figures={Nature.SCORE: of_firms()},
            place=told(FRANCE),
            given=partial(_given, siren, self._signalled),
        )
        if filters.departments:
            branch = branch.where(_FIRMS.departments.overlap(texts(filters.departments)))
        return _filtered(branch, filters.beyond_lists, self.identity)

    def is_signalled(self, siren: SQLColumnExpression[str]) -> Condition:
        """Whether a signal of the firm is in force: all of them are read once, not for each firm."""
        return siren == any_(self._signalled)

    @cached_property
    def _signalled(self) -> ColumnElement[list[str]]:
        """The firms that have a signal in force, once in a statement however often it looks at them."""
        every = select(_SIGNALS.siren).where(*self._in_force()).distinct()
        once = select(_array(every).label("sirens")).cte("signalled").prefix_with("materialized")
        # Without the cast, PostgreSQL would read a list of rows.
        sirens: ColumnElement[Any] = cast(select(once.c.sirens).scalar_subquery(), ARRAY(Text()))
        return sirens

    def _entries(self, places: Sequence[str]) -> ListedRows:
        """The entries at some places, each once, at the first of them."""
        table, filters = _PLACES.alias(), self.filters
        listed, siren = table.c, table.c.siren
        whole = places == [FRANCE] or len(places) > FEW
        at = None if whole or len(places) == 1 else _in_order(places)
        place = told(FRANCE if whole else places[0]) if at is None else at.c.place
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
            branch = branch.where(listed.departments.overlap(texts(filters.departments)))
        if filters.source in (AlertSource.HUMAN, AlertSource.BOTH):
            branch = branch.where(self.is_signalled(branch.siren))
        of_score = numbered(listed.grade, GRADES, filters.levels)
        of_score += numbered(listed.news, NEWS, filters.novelties)
        if filters.draw_signs:
            of_score.append(listed.is_drawn)
        if filters.themes:
            of_score.append(is_dominated(listed, filters.themes))
        return _filtered(branch.where(*of_score), filters, self.identity)

    def _in_force(self) -> list[Condition]:
        in_force = [_SIGNALS.created_at <= UNTIL, _SIGNALS.created_at > SINCE]
        if not self.identity.case_sirens:
            # Row-level security gives those of the zone alone: to compare each with a hundred départements again takes as long.
            return in_force
        return [*in_force, _SIGNALS.departments.overlap(texts(self.identity.departments))]


def at_places(rows: ListedRows, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Select what ``statement``, made of some rows, selects at each of their places."""
    if rows.places is None:
        return select(statement.subquery())
    at_one = statement.correlate(rows.places).lateral()
    return select(at_one).select_from(rows.places.join(at_one, true()))


def _given(siren: ColumnElement[str], among: ColumnElement[list[str]], nature: Nature) -> Condition:
    """Whether the reader reads a nature of a firm, asked once for all those ``among`` which it is."""
    asked = func.vigie_readable_among(among).table_valued("firm", column("readable", ARRAY(Text())))
    given = select(asked.c.firm).where(literal(nature.value, Text()) == any_(asked.c.readable))
    return siren == any_(_array(given))


def _array(rows: Select[str]) -> ColumnElement[list[str]]:
    array: ColumnElement[list[str]] = func.array(rows.scalar_subquery(), type_=ARRAY(Text()))
    return array


_OF_ALGORITHM = (AlertSource.ALGORITHM, AlertSource.BOTH)


def _in_order(places: Sequence[str]) -> FromClause:
    """The places, each with those before it."""
    rows = [(place, list(places[:number])) for number, place in enumerate(places)]
    listed = values(column("place", Text()), column("before", ARRAY(Text())), name="place")
    return listed.data(
        [(cast(place, Text()), cast(before, ARRAY(Text()))) for place, before in rows]
    )


def _filtered(branch: ListedRows, filters: Filters, identity: Identity) -> ListedRows:
    """The rows that filters keep, but for those that only entries have."""
    for nature, narrow in FILTERED:
        if narrow(filters, _FIGURES.c):
            branch = branch.with_figures(nature)
            branch = branch.where(*narrow(filters, branch.figures[nature]))
    if of_accounts(filters, _FIGURES.c):
        branch, accounts = branch.with_accounts()
        branch = branch.where(*of_accounts(filters, accounts))
    requested = (find_mark(code) for code in filters.marks)
    marked = [mark.condition(identity, branch.siren) for mark in requested if mark]
    on_lists = is_on_one_of(branch.siren, filters.lists)
    on_lists += is_on_none_of(branch.siren, filters.off_lists)
    chosen = [branch.siren.in_(filters.sirens)] if filters.sirens else []
    return branch.where(*marked, *on_lists, *chosen)
