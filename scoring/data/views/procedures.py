"""Collective procedures: the state of a firm each month, and the day it entered one.

The events come from the BODACC and from Urssaf, reconciled (`procedure_events`). Each opens a spell that
lasts until the next event of the same kind. A spell is not active when its event ends the procedure; a
plan lapses after ten years; a liquidation permanently closes the spells of other kinds that began
before it.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables
from scoring.data.views.calendar import each_month, month_of, next_month
from scoring.data.views.events import (
    ENDS,
    IGNORED,
    PLAN,
    RESUMED,
    STAGES,
    procedure_events,
)

PLAN_YEARS = 10
# From the most severe to the least.
STATUSES = ("liquidation", "redressement", "plan_redressement", "sauvegarde", "plan_sauvegarde")
FAR = date(9999, 1, 1)
MONTHLY = ("procol", "bodacc", "debit", "cotisation", "effectif", "effectif_ent")


def procedure_state_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, month, status (one of STATUSES) at the end of each month; no row for a firm in bonis.

    A procedure lasts: its state is carried forward to the last month any source covers, not only to
    the last event in the file of procedures.
    """
    covered = [tables.covered(con, source, as_of=as_of) for source in MONTHLY]
    last = max((month for month in covered if month is not None), default=NEVER)
    spells = _spells(procedure_events(tables, con, as_of))
    months = each_month(
        spells,
        first=month_of(spells.since),
        after=ibis.least(month_of(spells.until), next_month(ibis.literal(last, "date"))),
    )
    worst = months.group_by("siren", "month").agg(severity=months.severity.min())
    status = ibis.cases(*((worst.severity == rank, name) for rank, name in enumerate(STATUSES)))
    return worst.select("siren", "month", status=status)


def procedure_openings(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, opened_on, known_at, kind: each entry into a procedure of a firm in bonis.

    A conversion is not an entry, nor is a spell that begins with a plan: its procedure was opened
    before the files begin, on a day we do not know. A liquidation taken up again is not one either.
    """
    spells = _spells(procedure_events(tables, con, as_of))
    before = ibis.window(
        group_by=spells.siren, order_by=[spells.since, spells.severity], preceding=(None, 1)
    )
    spells = spells.mutate(busy_until=spells.until.max().over(before))
    entered = spells.busy_until.isnull() | (spells.since > spells.busy_until)
    openings = spells.filter(entered & spells.stage.notin([PLAN, RESUMED]))
    return openings.select(
        "siren", opened_on=openings.since, known_at=openings.known_at, kind=openings.kind
    )


def _spells(events: Table) -> Table:
    """Return siren, kind, stage, severity, since, until (excluded), known_at of active spells."""
    events = events.filter(events.kind.notnull() & (events.stage != IGNORED))
    rank = ibis.cases(*((events.stage == name, n) for n, name in enumerate(STAGES)), else_=0)
    following = ibis.window(
        group_by=[events.siren, events.kind], order_by=[events.effective_on, rank]
    )
    until = events.effective_on.lead().over(following).fill_null(ibis.literal(FAR, "date"))
    lapse = (events.effective_on + ibis.interval(years=PLAN_YEARS)).cast("date")
    is_plan = events.stage == PLAN
    plan = ibis.ifelse(is_plan, "plan_", "") + events.kind
    spells = events.select(
        "siren",
        "kind",
        "stage",
        "known_at",
        severity=ibis.cases(*((plan == name, n) for n, name in enumerate(STATUSES)), else_=0),
        since=events.effective_on,
        until=is_plan.ifelse(ibis.least(until, lapse), until),
    )
    spells = _closed_by_liquidation(spells.filter(spells.stage.notin(ENDS)))
    return spells.filter(spells.since < spells.until)


def _closed_by_liquidation(spells: Table) -> Table:
    """End the spells of other kinds at the first liquidation that follows them."""
    is_liquidation = spells.kind == "liquidation"
    day = is_liquidation.ifelse(spells.since, ibis.null("date"))
    later = ibis.window(group_by=spells.siren, order_by=spells.since, range=(0, None))
    closed_on = day.min().over(later)
    until = ibis.least(spells.until, closed_on.fill_null(ibis.literal(FAR, "date")))
    return spells.mutate(until=is_liquidation.ifelse(spells.until, until))
