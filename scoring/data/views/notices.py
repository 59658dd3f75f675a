"""The notices of the BODACC that stand: corrections replace what they correct, cancellations undo it."""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis.expr.types import BooleanValue, Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables

# A notice is corrected within a year or so; after that, the same words are another judgment.
CORRECTED_WITHIN: Final = ibis.interval(days=400)


def standing_notices(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, judged_on, published_on, known_at, nature, stage, kind, ended_kind of the notices
    that stand on `as_of`.

    A correction says which notice it is about, or is about the last one of the same firm and family
    that gives the same day or the same words; alone, it stands for itself. It was known from the first
    notice on, and keeps its day when it gives none.
    """
    notices = _numbered(tables.table(con, "bodacc", as_of=as_of))
    pairs = _pairs(notices)
    best = ibis.window(
        group_by=[pairs.siren, pairs.rank],
        order_by=[pairs.is_named.desc(), pairs.is_same_day.desc(), pairs.earlier_rank.desc()],
    )
    pairs = pairs.mutate(is_target=ibis.row_number().over(best) == 0)
    targets = pairs.filter(pairs.is_target).select("siren", rank=pairs.earlier_rank).distinct()
    corrected = pairs.group_by("siren", "rank").agg(
        first_known=pairs.earlier_known.min(
            where=pairs.is_named | pairs.is_same_day | pairs.is_target
        ),
        first_day=pairs.earlier_day.max(where=pairs.is_target),
    )
    left = notices.filter(notices.stage != "annulation").anti_join(targets, ["siren", "rank"])
    left = left.left_join(corrected, ["siren", "rank"])
    return left.select(
        "siren",
        "published_on",
        "nature",
        "stage",
        "kind",
        "ended_kind",
        judged_on=ibis.coalesce(left.judged_on, left.first_day),
        known_at=ibis.coalesce(ibis.least(left.known_at, left.first_known), left.known_at),
    )


def _numbered(notices: Table) -> Table:
    """Return the notices once each, with `rank`, their order of publication within the firm."""
    kind = notices.notice_type.fill_null("").lower()
    is_correction = kind.contains("rectificatif") | kind.contains("annulation")
    notices = notices.mutate(is_correction=is_correction).distinct()
    order = [
        notices.known_at,
        notices.is_correction,
        notices.notice_number.length(),
        notices.notice_number,
        notices.judged_on,
        notices.nature,
    ]
    within = ibis.window(group_by=notices.siren, order_by=order)
    return notices.mutate(rank=ibis.row_number().over(within))


def _pairs(notices: Table) -> Table:
    """Return each correction with the earlier notices it may be about."""
    earlier = notices.filter(notices.stage != "annulation").select(
        "siren",
        earlier_rank="rank",
        earlier_known="known_at",
        earlier_day="judged_on",
        earlier_nature="nature",
        earlier_family="family",
        earlier_number="notice_number",
    )
    corrections = notices.filter(notices.is_correction)
    pairs = corrections.join(
        earlier,
        [corrections.siren == earlier.siren, earlier.earlier_rank < corrections.rank],
    )
    is_named = _surely(pairs.corrects == pairs.earlier_number)
    is_same_day = _surely(pairs.judged_on == pairs.earlier_day)
    is_recent = pairs.earlier_known >= (pairs.known_at - CORRECTED_WITHIN).cast("date")
    is_same_words = _surely(pairs.nature == pairs.earlier_nature) & is_recent
    in_family = pairs.family.identical_to(pairs.earlier_family)
    pairs = pairs.mutate(is_named=is_named, is_same_day=is_same_day)
    return pairs.filter(is_named | (in_family & (is_same_day | is_same_words)))


def _surely(condition: BooleanValue) -> BooleanValue:
    """Return the condition, false where it cannot be told."""
    return condition.fill_null(False)
