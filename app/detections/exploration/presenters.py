"""What pages say of the draw: where it goes on, what became of the firms that were drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.access.identity import Identity, Nature
from app.detections.exploration.models import ExplorationChoice
from app.detections.exploration.queries import DrawnHere
from app.detections.models import DetectionList


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A département of the reader: how its list was drawn, how the next one will be. ``here``: nothing drawn nor contacted, without."""

    code: str
    label: str
    here: DrawnHere | None
    is_paused_now: bool
    choice: ExplorationChoice | None

    @property
    def is_on_next(self) -> bool:
        """Whether the next list is drawn with exploration."""
        return self.choice is None or self.choice.is_on


def place_lines(
    identity: Identity,
    detection_list: DetectionList | None,
    *,
    labels: Mapping[str, str],
    counts: Mapping[str, DrawnHere],
    choices: Mapping[str, ExplorationChoice],
) -> list[PlaceLine]:
    """Return the départements where the reader holds the score."""
    paused = detection_list.paused if detection_list else frozenset()
    return [
        PlaceLine(
            code=code,
            label=labels.get(code, code),
            here=counts.get(code),
            is_paused_now=code in paused,
            choice=choices.get(code),
        )
        for code in sorted(identity.zones.get(Nature.SCORE, ()))
    ]
