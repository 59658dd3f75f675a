"""Groups: whether the firm belongs to one or heads it, its depth in the group, and the group's size.

The partner's file is complete: a firm absent from it belongs to no group. Until it is first
published, everything is unknown.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Theme, Unit

HEAD: Final = Feature(
    name="group_head",
    variable="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.FLAG,
    source="ellisphere",
    sentence="Tête de groupe",
)
LEVEL: Final = Feature(
    name="group_level",
    variable="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="ellisphere",
    sentence="Niveau de détention dans le groupe : {value}",
    absent="",
)
SHARE: Final = Feature(
    name="group_share",
    variable="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.SHARE,
    source="ellisphere",
    sentence="Part détenue par le groupe : {value}",
    absent="",
)
SIZE: Final = Feature(
    name="group_size",
    variable="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="ellisphere",
    sentence="Entreprises du groupe : {value}",
    absent="",
)
MEMBER: Final = Feature(
    name="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.FLAG,
    source="ellisphere",
    sentence="Fait partie d’un groupe[ de {group_size} entreprises][, qui la détient à {group_share}]",
    zero="Ne fait partie d’aucun groupe connu",
    label="Appartenance à un groupe",
    beside=(SIZE, SHARE),
)
FEATURES: Final = (MEMBER, HEAD, LEVEL, SHARE, SIZE)
