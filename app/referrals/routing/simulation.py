"""What a change of the directory would do to the needs of the past: how many would go elsewhere, how many nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.referrals.routing.cards import Directory, Need
from app.referrals.routing.engine import Routing, route

#: needs named as examples of each change
EXAMPLES = 5


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A need that would go elsewhere: where it goes, where it would go."""

    need: Need
    before: Routing
    after: Routing


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """How many needs were tried, how many would go elsewhere, lose everybody, find somebody at last; a few of each."""

    tried: int
    elsewhere: int
    nowhere: int
    found: int
    examples: tuple[Moved, ...]

    @property
    def same(self) -> int:
        """How many would go where they go."""
        return self.tried - self.elsewhere - self.nowhere - self.found


def simulate(needs: Iterable[Need], before: Directory, after: Directory) -> Simulation:
    """Route each need in both directories, and count what moves."""
    tried = 0
    moved: dict[str, list[Moved]] = {"nowhere": [], "elsewhere": [], "found": []}
    for need in needs:
        tried += 1
        each = Moved(need=need, before=route(need, before), after=route(need, after))
        if each.before.expert_ids != each.after.expert_ids:
            moved[_kind(each)].append(each)
    return Simulation(
        tried=tried,
        **{kind: len(several) for kind, several in moved.items()},
        examples=tuple(each for several in moved.values() for each in several[:EXAMPLES]),
    )


def _kind(each: Moved) -> str:
    if not each.after.proposals:
        return "nowhere"
    return "elsewhere" if each.before.proposals else "found"
