"""Firms gathered into blocks that share none, each at the narrowest likeness that eleven of them have in common.

Whatever is told is a sum of blocks, and a block never changes: between two sums, two likenesses or two dates, the difference is a
sum of blocks as well. Nobody can find there fewer firms than the smallest block has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.evidence.alike.likeness import Criterion, Likeness

#: firms of a block, at least
FEWEST = 11


@dataclass(frozen=True, kw_only=True)
class Supported:
    """A firm whose accompagnement is over. Days: from its opening. ``measures``: numbers of values; ``partners``: administrations."""

    siren: str
    likeness: Likeness
    outcome: str | None
    days: int
    days_to_measure: int | None
    measures: Sequence[int] = ()
    partners: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """At least `FEWEST` firms, and the classes that they have in common, the widest first."""

    path: tuple[str, ...]
    firms: Sequence[Supported]


def gather(firms: Iterable[Supported]) -> list[Block]:
    """Return the blocks of some firms, the narrowest first; those that fill none, fewer than `FEWEST` in all, are left out."""
    waiting: dict[tuple[str, ...], list[Supported]] = defaultdict(list)
    for firm in firms:
        waiting[firm.likeness.path].append(firm)
    made = []
    for depth in range(len(Criterion), -1, -1):
        for path in sorted(path for path in waiting if len(path) == depth):
            here = sorted(waiting.pop(path), key=lambda firm: firm.siren)
            if len(here) >= FEWEST:
                made.append(Block(path=path, firms=here))
            elif path:
                waiting[path[:-1]].extend(here)
    return made
