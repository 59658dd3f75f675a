"""Employees by month."""

from __future__ import annotations

from datetime import date

from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from scoring.lake import Tables


def workforce_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siret, siren, month, workforce; accounts of one establishment are added up.

    A month that was not declared is absent: unknown, not zero.
    """
    rows = tables.table(con, "effectif", as_of=as_of)
    counted = rows.group_by("siret", "month").agg(workforce=rows.workforce.sum())
    return counted.select("siret", "month", "workforce", siren=counted.siret.left(9)).relocate(
        "siren", after="siret"
    )


def workforce_company_month(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, month, workforce of the legal unit; a month not declared is absent."""
    rows = tables.table(con, "effectif_ent", as_of=as_of)
    return rows.group_by("siren", "month").agg(workforce=rows.workforce.max())
