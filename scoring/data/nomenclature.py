"""The activity of firms in one nomenclature, NAF rév. 2, whatever the one their file is written in.

There is no table from NAF 2025 back to NAF rév. 2 that gives one code for each. Sirene writes both
codes of many firms: the code most of them have is that of the others.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis.expr.types import Table

# The class in a code, in whatever way it is written: `64.19Z`, `6419Z`, `64.19z`.
CLASS: Final = "^([0-9]{2})[.]?([0-9]{2})"


def in_rev2(units: Table) -> Table:
    """Return the legal units, `naf` completed where other units say what their code of NAF 2025 was,
    with `naf_class`: the class (`64.19`) of an activity whose code is not one of NAF rév. 2, else NULL.
    """
    table = _learnt(units)
    units = units.left_join(table, units.naf25 == table.code)
    other = ibis.coalesce(units.naf25, units.activity_code)
    division, rest = other.re_extract(CLASS, 1), other.re_extract(CLASS, 2)
    units = units.mutate(naf=ibis.coalesce(units.naf, units.former))
    is_told = units.naf.isnull() & (division != "")
    naf_class = ibis.ifelse(is_told, division + "." + rest, ibis.null("string"))
    return units.mutate(naf_class=naf_class).drop("code", "former")


def _learnt(units: Table) -> Table:
    """Return code, former: for each code of NAF 2025, the code of NAF rév. 2 most units have with it."""
    both = units.filter(units.naf.notnull() & units.naf25.notnull())
    counted = both.group_by(code=both.naf25, former=both.naf).agg(firms=both.count())
    first = ibis.window(group_by=counted.code, order_by=[counted.firms.desc(), counted.former])
    ranked = counted.mutate(rank=ibis.row_number().over(first))
    return ranked.filter(ranked["rank"] == 0).select("code", "former")
