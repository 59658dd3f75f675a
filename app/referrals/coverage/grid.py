"""The matrix of subjects and territories: how many antennes answer, in how many of the communes. Pure.

An expert of an arrondissement alone covers no commune whole, and is not counted; whoever receives what nobody else does neither.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from app.core.text.labelled import LabelledEnum
from app.referrals.areas.gazetteer import Area, Gazetteer
from app.referrals.routing.cards import Directory


class CoverageState(LabelledEnum):
    """How a subject is covered in a territory."""

    NOBODY = "personne", "Personne"
    PART = "partie", "En partie"
    ONE = "une", "Une antenne"
    SEVERAL = "plusieurs", "Plusieurs antennes"


@dataclass(frozen=True, kw_only=True)
class CoverageCell:
    """A subject in a territory; ``doubled``: the institutions of which two antennes answer in the same commune."""

    subject_id: int
    area: Area
    antennes: int
    covered: int
    communes: int
    doubled: tuple[str, ...] = ()

    @property
    def state(self) -> CoverageState:
        """How it is covered."""
        if not self.covered:
            return CoverageState.NOBODY
        if self.covered < self.communes:
            return CoverageState.PART
        return CoverageState.ONE if self.antennes == 1 else CoverageState.SEVERAL


def grid(
    directory: Directory, subject_ids: Sequence[int], areas: Sequence[Area], gazetteer: Gazetteer
) -> list[list[CoverageCell]]:
    """Return, for each subject, its cell in each territory."""
    antennes = _antennes_of(directory, subject_ids)
    held = {area.code: gazetteer.communes(area.code) for area in areas}
    inside = {code: gazetteer.holding(communes) for code, communes in held.items()}
    return [
        [
            _cell(directory, subject_id, area, len(held[area.code]), antennes[subject_id], inside[area.code])
            for area in areas
        ]
        for subject_id in subject_ids
    ]  # fmt: skip


def _antennes_of(
    directory: Directory, subject_ids: Sequence[int]
) -> dict[int, dict[str, set[int]]]:
    """The antennes that answer, by subject and area."""
    found: dict[int, dict[str, set[int]]] = {subject_id: {} for subject_id in subject_ids}
    for expert in directory.in_service:
        for subject_id in expert.subjects.keys() & found.keys():
            for area in expert.areas:
                found[subject_id].setdefault(area, set()).add(expert.antenne_id)
    return found


def _cell(
    directory: Directory, subject_id: int, area: Area, communes: int, antennes: Mapping[str, Set[int]],
    inside: Mapping[str, Set[str]],
) -> CoverageCell:  # fmt: skip
    """``inside``: the communes of the territory that smaller areas hold, or areas that it shares with others."""
    everywhere: set[int] = set().union(*(antennes[c] for c in area.within if c in antennes))
    by_commune: dict[str, set[int]] = {}
    for code in inside.keys() & antennes.keys() - set(area.within):
        for commune in inside[code]:
            by_commune.setdefault(commune, set()).update(antennes[code])
    # Most communes of a territory have the same antennes: each set is looked at once.
    together = {frozenset(everywhere | there) for there in by_commune.values()} or {
        frozenset(everywhere)
    }
    return CoverageCell(
        subject_id=subject_id,
        area=area,
        antennes=len(set().union(*together)),
        covered=communes if everywhere else len(by_commune),
        communes=communes,
        doubled=_doubled(directory, together),
    )


def _doubled(directory: Directory, together: Collection[Set[int]]) -> tuple[str, ...]:
    names: set[str] = set()
    for there in together:
        institutions = Counter(directory.antennes[number].institution for number in there)
        names |= {name for name, count in institutions.items() if count > 1}
    return tuple(sorted(names))
