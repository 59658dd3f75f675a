"""What was found, as its page shows it: what is said of the person, extracts where others are masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.persons.places import HeldObject, PersonPlace
from app.core.persons.sought import Sought
from app.records.persons.finding.extracts import extracts
from app.records.persons.finding.queries import Match, PlaceMatches
from app.records.persons.models import FindingAct, PersonFinding

#: characters of an extract on a page; the access file has the whole of it
EXTRACT = 400


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """A line of the results: ``key`` identifies it when its box is ticked."""

    key: str
    held: HeldObject
    grounds: str
    is_elsewhere: bool
    extracts: Sequence[str]
    is_kept: bool


@dataclass(frozen=True, kw_only=True)
class FoundPlace:
    """The lines of a place."""

    place: PersonPlace
    lines: Sequence[FoundLine]
    has_more: bool


def key_of(kind: str, number: int) -> str:
    """Return what identifies an object in a form."""
    return f"{kind}:{number}"


def found(
    places: Sequence[PlaceMatches], sought: Sought, kept: Sequence[PersonFinding]
) -> list[FoundPlace]:
    """Return what a search found; ``kept``: what was recognised before."""
    known = {key_of(each.kind, each.object_id) for each in kept}
    return [
        FoundPlace(
            place=each.place,
            lines=[_line(match, sought, known) for match in each.matches],
            has_more=each.has_more,
        )
        for each in places
    ]


def offered(places: Sequence[PlaceMatches]) -> dict[str, tuple[str, int]]:
    """Return the objects that a search offers, by what identifies each in a form."""
    return {
        key_of(match.place.kind, match.held.object_id): (match.place.kind, match.held.object_id)
        for place in places
        for match in place.matches
    }


def shortened(parts: Sequence[str]) -> list[str]:
    """Return extracts as a page shows them."""
    return [part if len(part) <= EXTRACT else part[:EXTRACT] + "…" for part in parts]


def acts_of(place: PersonPlace) -> list[tuple[str, str]]:
    """Return what may be done of an object of a place, for the choices of a form."""
    possible: Mapping[FindingAct, tuple[bool, str]] = {
        FindingAct.CORRECTED: (place.correct is not None, "Rectifier"),
        FindingAct.ERASED: (place.erase is not None, "Effacer : la personne n’est plus contactée par là"),
        FindingAct.REFUSED: (True, "Garder, et dire pourquoi"),
    }  # fmt: skip
    return [(act.value, label) for act, (is_possible, label) in possible.items() if is_possible]


def _line(match: Match, sought: Sought, known: set[str]) -> FoundLine:
    key = key_of(match.place.kind, match.held.object_id)
    return FoundLine(
        key=key, held=match.held, grounds=", ".join(sorted(each.label for each in match.grounds)),
        is_elsewhere=match.is_elsewhere, extracts=shortened(extracts(match.held, [sought])), is_kept=key in known,
    )  # fmt: skip
