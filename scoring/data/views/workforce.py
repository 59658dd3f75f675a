"""Employees by month."""

from __future__ import annotations

from datetime import date

from ibis.expr.types import ArrayValue, Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables
from scoring.data.views.calendar import one_a_month


def workforce_month(
    tables: Tables, con: Backend, as_of: date | None = None, *, since: date | None = None
) -> Table:
    """Return siret, siren, month, workforce; accounts of one establishment are added up.

    A month that was not declared is absent: unknown, not zero. Months before `since` are left out.
    """
    rows = tables.table(con, "effectif", as_of=as_of)
    if since is not None:
        rows = rows.filter(rows.month >= since)
    counted = one_a_month(rows, key="siret", value="workforce", combine=ArrayValue.sums)
    return counted.mutate(siren=counted.siret.left(9)).relocate("siren", after="siret")


def workforce_company_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, month, workforce of the legal unit; a month not declared is absent."""
    rows = tables.table(con, "effectif_ent", as_of=as_of)
    return one_a_month(rows, key="siren", value="workforce", combine=ArrayValue.maxs)
