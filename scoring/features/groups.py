"""Groups: whether the firm belongs to one or heads it, its depth in the group, and the group's size.

The partner's file is complete: a firm absent from it belongs to no group. Until it is first
published, everything is unknown.
"""

from __future__ import annotations

from typing import Any

import ibis

from scoring.dictionary.groups import FEATURES, HEAD, LEVEL, MEMBER, SHARE, SIZE
from scoring.features.snapshot import Snapshot


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per member (level of the nearest head, largest share, largest group), and one row
    per head.
    """
    links = snapshot.groups
    sizes = links.group_by("group_code").aggregate(size=links.siren.nunique())
    sized = links.left_join(sizes, "group_code").drop("group_code_right")
    members = sized.group_by("siren").aggregate(
        group_level=sized.ownership_level.min(),
        group_percent=sized.ownership_percent.max(),
        group_size=sized["size"].max(),
    )
    heads = links.filter(links.group_siren.notnull()).select(siren=links.group_siren).distinct()
    return [members, heads.mutate(is_head=True)]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from the joined aggregates."""
    if not snapshot.has_groups:
        return {feature.name: ibis.null("float64") for feature in FEATURES}
    is_head = wide.is_head.notnull()
    return {
        # a head may be absent from the list of members
        MEMBER.name: (wide.group_size.notnull() | is_head).cast("float64"),
        HEAD.name: is_head.cast("float64"),
        LEVEL.name: wide.group_level.cast("float64"),
        SHARE.name: wide.group_percent / 100,
        SIZE.name: wide.group_size.cast("float64"),
    }
