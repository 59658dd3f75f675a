"""Which firms were active on a day, from what was known then.

The file of legal units says which are active on the day it was written: applied to the past, that is a
fact of the future. Only the histories of Sirene say what a firm was, each state being known since it began.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables


def firm_activity(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, is_active on `as_of`, for the firms whose history is known; an absent firm is unknown.

    The history of the legal unit decides; without it a firm is active while one of its establishments is.
    """
    units = _last_state(tables, con, "sirene_ul_histo", key="siren", as_of=as_of)
    places = _last_state(tables, con, "sirene_histo", key="siret", as_of=as_of)
    open_places = places.group_by(siren=places.siret.left(9)).agg(is_active=places.is_active.any())
    return ibis.union(units, open_places.anti_join(units, "siren"))


def _last_state(
    tables: Tables, con: Backend, source: str, *, key: str, as_of: date | None
) -> Table:
    """Return the key and is_active of the last state that has begun."""
    states = tables.table(con, source, as_of=as_of)
    began = states.started_on.fill_null(ibis.literal(NEVER, "date"))
    # What is announced is known before it begins.
    day = states.known_at if as_of is None else ibis.literal(as_of, "date")
    states = states.mutate(began=began).filter(began <= day)
    latest = ibis.window(group_by=states[key], order_by=[states.began.desc(), states.is_active])
    ranked = states.mutate(rank=ibis.row_number().over(latest))
    return ranked.filter(ranked["rank"] == 0).select(key, "is_active")
