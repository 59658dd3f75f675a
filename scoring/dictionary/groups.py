"""Groups: whether the firm belongs to one or heads it, its depth in the group, and the group's size.

The partner's file is complete: a firm absent from it belongs to no group. Until it is first
published, everything is unknown.
"""

from __future__ import annotations

from typing import Final

from scoring.dictionary.feature import Feature
from scoring.vocabulary import Theme, Unit

MEMBER: Final = Feature(
    name="group_member",
    theme=Theme.CONTEXT,
    unit=Unit.FLAG,
    source="ellisphere",
    sentence="Membre d’un groupe : {value}",
)
HEAD: Final = Feature(
    name="group_head",
    theme=Theme.CONTEXT,
    unit=Unit.FLAG,
    source="ellisphere",
    sentence="Tête de groupe : {value}",
)
LEVEL: Final = Feature(
    name="group_level",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="ellisphere",
    sentence="Niveau de détention dans le groupe : {value}",
    absent="Niveau de détention : pas de groupe connu",
)
SHARE: Final = Feature(
    name="group_share",
    theme=Theme.CONTEXT,
    unit=Unit.SHARE,
    source="ellisphere",
    sentence="Part détenue par le groupe : {value}",
    absent="Part détenue : pas de groupe connu",
)
SIZE: Final = Feature(
    name="group_size",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="ellisphere",
    sentence="Entreprises du groupe : {value}",
    absent="Entreprises du groupe : pas de groupe connu",
)
FEATURES: Final = (MEMBER, HEAD, LEVEL, SHARE, SIZE)
