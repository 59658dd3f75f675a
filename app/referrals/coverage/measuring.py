"""How much of some areas is covered: of each commune and each subject, whether somebody answers."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.referrals.areas.gazetteer import Area, Gazetteer
from app.referrals.directory.models import (
    Antenne,
    Competence,
    Expert,
    Institution,
    ReferralSubject,
)
from app.referrals.routing.cards import AntenneCard, Directory, ExpertCard


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Of so many communes × subjects, how many have an expert; ``holes``: the subjects that nobody treats in one of the areas."""

    asked: int
    covered: int
    holes: Sequence[int] = ()

    @property
    def share(self) -> float:
        """The share that has one."""
        return self.covered / self.asked if self.asked else 0.0


def measured(directory: Directory, codes: Sequence[str], gazetteer: Gazetteer) -> Coverage:
    """Return how much of some areas is covered, those who receive what nobody else does left aside.

    The same as the matrix counts, without looking for who does the same: a country is measured at once.
    """
    answered: dict[int, set[str]] = {subject_id: set() for subject_id in directory.subjects}
    for expert in directory.in_service:
        for subject_id in expert.subjects:
            if subject_id in answered:
                answered[subject_id] |= expert.areas
    counted = [
        (subject_id, *counts)
        for area in map(gazetteer.find, codes)
        if area is not None
        for subject_id, counts in _covered(area, answered, gazetteer)
    ]
    return Coverage(
        asked=sum(asked for _, asked, _ in counted),
        covered=sum(covered for _, _, covered in counted),
        holes=sorted({subject_id for subject_id, _, covered in counted if not covered}),
    )


def _covered(
    area: Area, answered: Mapping[int, Set[str]], gazetteer: Gazetteer
) -> Iterator[tuple[int, tuple[int, int]]]:
    """How many communes an area has, and how many of them each subject has somebody in."""
    communes = gazetteer.communes(area.code)
    inside = gazetteer.holding(communes)
    for subject_id, areas in answered.items():
        if areas.isdisjoint(area.within):
            held: set[str] = set().union(*(inside[code] for code in inside.keys() & areas))
            yield subject_id, (len(communes), len(held))
        else:
            yield subject_id, (len(communes), len(communes))


def load_competent(session: Session, _identity: Identity) -> Directory:
    """Return who answers where, and nothing else of the directory: two statements."""
    rows = session.execute(
        select(
            Expert.id, Expert.areas, Antenne.areas, Antenne.id, Antenne.name, Institution.name,
            func.array_agg(Competence.subject_id),
        )
        .join(Competence, Competence.expert_id == Expert.id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
        .where(
            Competence.ended_at.is_(None),
            Expert.archived_at.is_(None),
            Antenne.archived_at.is_(None),
            Institution.archived_at.is_(None),
        )
        .group_by(Expert.id, Antenne.id, Institution.id)
    ).all()  # fmt: skip
    experts: dict[int, ExpertCard] = {}
    antennes: dict[int, AntenneCard] = {}
    for number, own, of_antenne, antenne_id, antenne, institution, subjects in rows:
        experts[number] = ExpertCard(
            id=number, name="", antenne_id=antenne_id, areas=frozenset(own or of_antenne),
            subjects=dict.fromkeys(subjects, ""),
        )  # fmt: skip
        if antenne_id not in antennes:
            antennes[antenne_id] = AntenneCard(id=antenne_id, name=antenne, institution=institution)
    current = select(ReferralSubject.id, ReferralSubject.label).where(
        ReferralSubject.archived_at.is_(None)
    )
    return Directory(
        subjects={row[0]: row[1] for row in session.execute(current)},
        antennes=antennes,
        experts=experts,
    )
