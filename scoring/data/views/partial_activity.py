"""Activité partielle by month: hours consumed and hours authorised."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables
from scoring.data.views.calendar import each_month, month_of, next_month

# Legal hours of a full-time month: 35 hours × 52 weeks / 12 months.
FULL_TIME_HOURS = 151.67


def ap_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, month, hours_consumed, hours_authorised, etp_consumed, etp_authorised.

    Only establishments and months with an authorisation or a consumption have a row, up to the last
    month either file covers. Consumption is NULL, unknown, after the last month of its own file.
    """
    consumed_until = tables.covered(con, "ap_conso", as_of=as_of) or NEVER
    requested_until = tables.covered(con, "ap_demande", as_of=as_of) or NEVER
    consumed = tables.table(con, "ap_conso", as_of=as_of)
    consumed = consumed.group_by("siret", "month").agg(consumed=consumed.hours.sum())
    authorised = _authorised(tables.table(con, "ap_demande", as_of=as_of))
    both = consumed.outer_join(authorised, ["siret", "month"])
    rows = both.select(
        siret=ibis.coalesce(both.siret, both.siret_right),
        month=ibis.coalesce(both.month, both.month_right),
        consumed=both.consumed,
        authorised=both.authorised.fill_null(0.0),
    )
    rows = rows.filter(rows.month <= ibis.literal(max(consumed_until, requested_until), "date"))
    is_known = rows.month <= ibis.literal(consumed_until, "date")
    rows = rows.mutate(consumed=is_known.ifelse(rows.consumed.fill_null(0.0), ibis.null("float64")))
    return rows.select(
        "siret",
        siren=rows.siret.left(9),
        month=rows.month,
        hours_consumed=rows.consumed,
        hours_authorised=rows.authorised,
        etp_consumed=rows.consumed / FULL_TIME_HOURS,
        etp_authorised=rows.authorised / FULL_TIME_HOURS,
    )


def _authorised(requests: Table) -> Table:
    """Return hours authorised by siret and month, those of a request spread evenly over its days.

    Only the last status of a request counts.
    """
    latest = ibis.window(
        group_by=[requests.request_id, requests.siret],
        order_by=[requests.status_on.desc(), requests.known_at.desc()],
    )
    requests = requests.mutate(rank=ibis.row_number().over(latest))
    requests = requests.filter(requests.rank == 0)
    days = requests.end_on.delta(requests.start_on, unit="day") + 1
    requests = requests.mutate(by_day=requests.hours_authorised / days)
    spread = each_month(
        requests,
        first=month_of(requests.start_on),
        after=next_month(month_of(requests.end_on)),
    )
    first = ibis.greatest(spread.start_on, spread.month)
    after = ibis.least(
        (spread.end_on + ibis.interval(days=1)).cast("date"), next_month(spread.month)
    )
    spread = spread.mutate(hours=spread.by_day * after.delta(first, unit="day"))
    return spread.group_by("siret", "month").agg(authorised=spread.hours.sum())
