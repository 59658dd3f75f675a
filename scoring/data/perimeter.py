"""Which firms the model looks at, and why the others are left out (`perimeter.yaml`)."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import NEVER, Tables
from scoring.data.nomenclature import in_rev2
from scoring.data.perimeter_rule import REASONS, rule, takes_sole_traders


def perimeter(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, in_perimeter, reason (a key of `REASONS`, NULL inside) for every firm.

    The firms are those of Sirene or of the workforce file. The window ends with the last month any
    firm has a workforce for. A firm absent from the file of legal units is not excluded for its
    category or activity, which are unknown; one whose activity is told in another nomenclature is, by its
    class. Without the file of establishments no firm is inside, and the reason says so. When several reasons apply, the first in REASONS is
    given.
    """
    told = counted_firms(tables, con, as_of)
    units = tables.table(con, "sirene_ul", as_of=as_of).select("siren").distinct()
    others = units.anti_join(told, "siren")
    uncounted = others.mutate(in_perimeter=ibis.literal(False), reason=ibis.literal("no_workforce"))
    return ibis.union(told, uncounted)


def counted_firms(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return what `perimeter` says of the firms of the workforce file: the others, millions in a country, are outside."""
    current = rule()
    workforce = tables.table(con, "effectif_ent", as_of=as_of)
    firms = workforce.select("siren").distinct()
    units = in_rev2(tables.table(con, "sirene_ul", as_of=as_of)).semi_join(firms, "siren")
    # Sirene only gives today's head offices: one that has moved since would look absent `as_of`.
    places = tables.table(con, "sirene_etab")

    last = tables.covered(con, "effectif_ent", as_of=as_of) or NEVER
    before = ibis.literal(last, "date") - ibis.interval(months=current.months)
    window = workforce.filter(workforce.month > before)
    largest = window.group_by("siren").agg(largest=window.workforce.max())
    seats = places.filter(places.is_head_office & places.department.notnull())
    seats = seats.semi_join(firms, "siren").select("siren").distinct().mutate(has_seat=True)
    described = units.group_by("siren").agg(
        legal_category=units.legal_category.max(),
        naf=units.naf.max(),
        naf_class=units.naf_class.max(),
    )
    firms = firms.left_join(largest, "siren").drop("siren_right")
    firms = firms.left_join(described, "siren").drop("siren_right")
    firms = firms.left_join(seats, "siren").drop("siren_right")
    reason = ibis.cases(
        (firms.largest.isnull(), "no_workforce"),
        (firms.largest < current.at_least, "too_small"),
        (firms.legal_category.isin(current.legal_categories), "legal_category"),
        (
            firms.legal_category.startswith(current.natural_persons) & (not takes_sole_traders()),
            "natural_person",
        ),
        (firms.naf.isin(current.activities), "activity"),
        (firms.naf_class.isin(current.classes), "activity"),
        (ibis.literal(not has_places(tables)), "no_establishments"),
        (firms.has_seat.isnull(), "no_french_head_office"),
    )
    judged = firms.select("siren", reason=reason)
    return judged.select("siren", in_perimeter=judged.reason.isnull(), reason=judged.reason)


def can_tell(tables: Tables) -> bool:
    """Say whether every file that the perimeter is judged by was published: without one, nothing is concluded."""
    return has_places(tables) and all(map(tables.published, ("effectif_ent", "sirene_ul")))


def has_places(tables: Tables) -> bool:
    """Say whether the file of establishments was ever published: head offices are only there."""
    return bool(tables.published("sirene_etab"))


def counts(tables: Tables, con: Backend, as_of: date | None = None) -> dict[str, int]:
    """Count the firms inside (key `in_perimeter`) and left out for each reason, in order of REASONS."""
    firms = perimeter(tables, con, as_of)
    rows = firms.group_by("reason").agg(n=firms.count()).to_pyarrow().to_pylist()
    by_reason = {row["reason"]: row["n"] for row in rows}
    return {
        "in_perimeter": by_reason.get(None, 0),
        **{reason: by_reason.get(reason, 0) for reason in REASONS},
    }
