"""The state of establishments over time: active or closed, and their activity."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables


def establishment_activity(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, started_on, ended_on, is_active: the spells it was active or closed.

    A spell ends the day before the next begins; `ended_on` is NULL while no later one is known, so
    that reading as of a past day does not reveal the end of a spell that ended after that day. A closing
    that is announced ends it on the announced day.
    """
    return _spells(tables, con, as_of, of="is_active")


def establishment_sector(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, started_on, ended_on, naf: the spells of each activity (NAFRev2 code).

    `naf` is NULL where the activity is unknown or in a former nomenclature.
    """
    return _spells(tables, con, as_of, of="naf")


def _spells(tables: Tables, con: Backend, as_of: date | None, *, of: str) -> Table:
    states = tables.table(con, "sirene_histo", as_of=as_of)
    # A state without a known beginning precedes all the others, those of the nineteenth century too.
    first = ibis.least(ibis.literal(NEVER, "date"), states.ended_on)
    since = ibis.coalesce(states.started_on, first)
    states = states.select("siret", of, started_on=since).distinct(on=["siret", "started_on"])
    in_time = ibis.window(group_by=states.siret, order_by=states.started_on)
    states = states.mutate(
        is_first=ibis.row_number().over(in_time) == 0,
        is_same=states[of].identical_to(states[of].lag().over(in_time)),
    )
    changes = states.filter(states.is_first | ~states.is_same)
    following = ibis.window(group_by=changes.siret, order_by=changes.started_on)
    next_day = changes.started_on.lead().over(following)
    ended_on = (next_day - ibis.interval(days=1)).cast("date")
    return changes.select(
        "siret", "started_on", of, siren=changes.siret.left(9), ended_on=ended_on
    ).relocate("siret", "siren", "started_on", "ended_on", of)
