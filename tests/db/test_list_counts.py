"""Whatever the filters, a list counts the rows that its pages show and that its export holds, each firm once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.companies.models import ProcedureStatus
from app.core import now
from app.core.database.unit_of_work import unit_of_work
from app.detections.lists import queries
from app.detections.lists.exporting import EXPORT_LIMIT
from app.detections.lists.filters import (
    AccountsSign,
    AlertSource,
    DebtSign,
    Filters,
    Order,
    ShortTimeSign,
    Sort,
    WorkforceSign,
)
from app.detections.lists.marks import list_marks
from app.detections.lists.rows.counts import COUNTED
from app.detections.lists.rows.listing import Listing, ListRow
from scoring.vocabulary import Level, Novelty, Theme
from tests.db.test_list_plans import readers


def some(values: Sequence[Any], *, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """None of the values most of the time, else a few."""
    few = st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), few)


def bound(least: int, most: int) -> st.SearchStrategy[int | None]:
    """No bound most of the time."""
    return st.one_of(st.none(), st.none(), st.integers(least, most))


ASKED = st.builds(
    Filters,
    levels=some([Level.ELEVEE, Level.MODEREE]),
    novelties=some(list(Novelty)),
    sections=some(["A", "C", "F", "G"]),
    divisions=some(["01", "02", "10", "41"]),
    procedures=some([status.value for status in ProcedureStatus]),
    workforce_min=bound(10, 60),
    workforce_max=bound(10, 300),
    debt_min=bound(0, 30_000),
    debt_signs=some(list(DebtSign)),
    workforce_signs=some(list(WorkforceSign)),
    short_time_signs=some(list(ShortTimeSign)),
    accounts_signs=some(list(AccountsSign)),
    revenue_min=bound(0, 900),
    revenue_max=bound(100, 1_000),
    age_min=bound(0, 20),
    age_max=bound(5, 40),
    legal_forms=some(["57", "54", "10"]),
    themes=some([Theme.SOCIAL_DEBTS, Theme.SHORT_TIME, Theme.FINANCIAL_HEALTH]),
    source=st.one_of(st.none(), st.none(), st.sampled_from(AlertSource)),
    keeps_signals=st.booleans(),
)


ORDERS = st.builds(Order, sort=st.sampled_from(Sort), descending=st.booleans())


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=ASKED, order=ORDERS, told=st.data())
def test_a_list_counts_what_it_shows_and_what_it_exports(
    country: int, asked: Filters, order: Order, told: st.DataObject
) -> None:
    zones = dict(readers())
    reader = zones[told.draw(st.sampled_from(["région", "département"]))]
    asked = replace(
        asked,
        departments=told.draw(some(reader.departments)),
        territories=told.draw(some([f"T{code}" for code in reader.departments])),
        marks=told.draw(some([mark.code for mark in list_marks()], most=1)),
    )
    with unit_of_work(reader) as session:
        current = queries.find_current_list(session)
        listing = Listing(reader, current, until=now.utcnow(), filters=asked)
        shown = walked(listing, session, order)
        taken = [
            row
            for rows in listing.batches(session, order=order, limit=EXPORT_LIMIT)
            for row in rows
        ]
        counts = listing.counts(session)
        kept = replace(asked, keeps_signals=True)
        more = Listing(reader, current, until=now.utcnow(), filters=kept).count(session)
    assert [row.siren for row in shown] == [row.siren for row in taken]
    assert len({row.siren for row in shown}) == len(shown)
    assert counts["rows"] == min(len(shown), COUNTED + 1)
    levels = Counter(row.level.value for row in shown if row.level)
    for level, count in levels.items():
        assert counts[level] == min(count, COUNTED + 1)
    signalled = sum(row.signal_id is not None for row in shown)
    assert counts["human"] == min(signalled, COUNTED + 1)
    assert more == min(len(shown) + counts.get("left_out", 0), COUNTED + 1)


def walked(listing: Listing, session: Session, order: Order) -> list[ListRow]:
    """The rows of every page."""
    shown: list[ListRow] = []
    cursor = None
    while True:
        rows, cursor = listing.page(session, order=order, cursor=cursor)
        shown += rows
        if cursor is None:
            return shown
