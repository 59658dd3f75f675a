"""A list of a country is read by index: no order nor filter reads a table through, sorts more than a page or counts everything."""

import re
from collections.abc import Iterator
from itertools import product

from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.core import now
from app.core.access.identity import Identity, Nature, Role
from app.core.database.keyset import PAGE_SIZE
from app.core.database.unit_of_work import unit_of_work
from app.detections.lists import queries
from app.detections.lists.filters import (
    AccountsSign,
    AlertSource,
    DebtSign,
    DrawSign,
    Filters,
    Order,
    ShortTimeSign,
    Sort,
    WorkforceSign,
)
from app.detections.lists.rows.branches import FEW, Sources
from app.detections.lists.rows.counts import COUNTED
from app.detections.lists.rows.listing import Listing
from scoring.vocabulary import Level, Novelty, Theme
from tests.support.plans import Step, limit_as_a_page, plans_of

#: read through by no page
LARGE = re.compile(
    r"company(_series|_figures)?(_part_\w+)?|establishment|detection_(entry|place|theme|reason)"
)
#: what a sort may take: a page of each place of a zone; the small départements that list fewer firms may be sorted whole
ROWS = (PAGE_SIZE + 1) * FEW
FILTERS = {
    "nothing": Filters(),
    "level": Filters(levels=(Level.MODEREE,)),
    "novelty": Filters(novelties=(Novelty.RE_ALERT,)),
    "activity": Filters(sections=("C",)),
    "rare activity": Filters(sections=("T",)),
    "procedure": Filters(procedures=("liquidation",)),
    "workforce": Filters(workforce_min=300),
    "theme": Filters(themes=(Theme.SHORT_TIME,)),
    "rare theme": Filters(themes=(Theme.FINANCIAL_HEALTH,)),
    "division": Filters(divisions=("25",)),
    "rare form": Filters(legal_forms=("54",)),
    "age": Filters(age_max=5),
    "territory": Filters(territories=("2701",)),
    "turnover": Filters(revenue_min=990),
    "turnover at most": Filters(revenue_max=100, accounts_signs=(AccountsSign.PROFIT,)),
    "debt": Filters(debt_min=200_000),
    "debt rises": Filters(debt_signs=(DebtSign.RISES,)),
    "délai": Filters(debt_signs=(DebtSign.DELAY,)),
    "workforce falls": Filters(workforce_signs=(WorkforceSign.FALLS,)),
    "short time": Filters(short_time_signs=(ShortTimeSign.USED,)),
    "accounts": Filters(accounts_signs=(AccountsSign.LOSS,)),
    "level, with signals": Filters(levels=(Level.ELEVEE,), keeps_signals=True),
    "untouched": Filters(marks=("untouched",)),
    "drawn": Filters(draw_signs=(DrawSign.DRAWN,)),
    "algorithm": Filters(source=AlertSource.ALGORITHM),
    "human": Filters(source=AlertSource.HUMAN),
    "both": Filters(source=AlertSource.BOTH),
    "followed": Filters(marks=("followed",)),
    "visited": Filters(marks=("visited",)),
    "met": Filters(marks=("met",)),
    "mine": Filters(marks=("mine",)),
    "administration": Filters(marks=("administration",)),
    "supported": Filters(marks=("supported",)),
    "watched": Filters(marks=("watched",)),
    "unanswered": Filters(marks=("unanswered",)),
}
ORDERS = [Order(sort=sort, descending=down) for sort, down in product(Sort, (True, False))]


def test_no_order_reads_a_table_through(country: int) -> None:
    found = {}
    for zone, reader in readers():
        for order in ORDERS:
            found[f"{zone}: {order}"] = wrong(reader, Filters(), order)
    assert {case: steps for case, steps in found.items() if steps} == {}


def test_no_filter_reads_a_table_through(country: int) -> None:
    found = {}
    for zone, reader in readers():
        filters = {**FILTERS, "département": Filters(departments=reader.departments[:1])}
        for (name, kept), sort in product(filters.items(), (Sort.LEVEL, Sort.DEBT)):
            found[f"{zone}: {name} {sort}"] = wrong(reader, kept, Order(sort=sort))
    assert {case: steps for case, steps in found.items() if steps} == {}


def test_what_narrows_a_list_is_known_to_its_plan() -> None:
    """A plan made once for all values reads the whole list for the few rows that a rare one keeps: 232 ms for 28."""
    filters = Filters(
        debt_min=200_000, workforce_min=300, sections=("T",), procedures=("liquidation",)
    )
    sources = Sources(identity=_reader(["21"]), list_id=1, until=now.utcnow(), filters=filters)
    (branch,) = sources.entries()
    written = branch.statement.compile(
        dialect=postgresql.dialect(), compile_kwargs={"render_postcompile": True}
    ).string
    for value in ("200000", "300", "'97'", "'98zz'", "'liquidation'", "'21'"):
        assert value in written, value


def readers() -> Iterator[tuple[str, Identity]]:
    """Somebody who reads the country, a région, a département."""
    with unit_of_work(_reader(["21"])) as session:
        codes = list(session.scalars(text("select code from department order by md5(code)")))
    yield "country", _reader(codes)
    yield "région", _reader(codes[:8])
    yield "département", _reader(codes[2:3])


def wrong(reader: Identity, filters: Filters, order: Order) -> list[Step]:
    """What the first two pages do that no page may, and their counts."""
    with unit_of_work(reader) as session:
        limit_as_a_page(session.connection())
        current = queries.find_current_list(session)
        listing = Listing(reader, current, until=now.utcnow(), filters=filters)
        with plans_of(session) as plans:
            _, following = listing.page(session, order=order, cursor=None)
            listing.page(session, order=order, cursor=following)
            listing.counts(session)
        return [step for step in plans.steps if _is_wrong(step)]


def _is_wrong(step: Step) -> bool:
    if step.kind == "Seq Scan":
        return bool(LARGE.fullmatch(step.table))
    if step.kind == "Sort":
        return step.rows > ROWS
    return step.kind == "Aggregate" and step.rows > COUNTED + 1


def _reader(departments: list[str]) -> Identity:
    return Identity(
        agent_id=1,
        name="Lecture",
        roles=frozenset({Role.MANAGER}),
        departments=tuple(departments),
        zones=dict.fromkeys(Nature, tuple(departments)),
    )
