"""How much of some areas is covered: of each commune and each subject, whether somebody answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.referrals.areas.gazetteer import Gazetteer
from app.referrals.coverage.grid import CoverageState, grid
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
    """Return how much of some areas is covered, those who receive what nobody else does left aside."""
    subjects = list(directory.subjects)
    areas = [area for area in map(gazetteer.find, codes) if area is not None]
    cells = [cell for row in grid(directory, subjects, areas, gazetteer) for cell in row]
    return Coverage(
        asked=sum(cell.communes for cell in cells),
        covered=sum(cell.covered for cell in cells),
        holes=sorted({cell.subject_id for cell in cells if cell.state is CoverageState.NOBODY}),
    )


def load_competent(session: Session, _identity: Identity) -> Directory:
    """Return who answers where, and nothing else of the directory: two statements."""
    rows = session.execute(
        select(Competence.subject_id, Expert.id, Expert.areas, Antenne.areas, Antenne.id)
        .join(Expert, Expert.id == Competence.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
        .where(
            Competence.ended_at.is_(None),
            Expert.archived_at.is_(None),
            Antenne.archived_at.is_(None),
            Institution.archived_at.is_(None),
        )
    ).all()
    cards: dict[int, ExpertCard] = {}
    for subject_id, number, own, of_antenne, antenne_id in rows:
        known = cards.get(number)
        cards[number] = ExpertCard(
            id=number, name="", antenne_id=antenne_id, areas=frozenset(own or of_antenne),
            subjects={**(known.subjects if known else {}), subject_id: ""},
        )  # fmt: skip
    antennes = {card.antenne_id for card in cards.values()}
    current = select(ReferralSubject.id, ReferralSubject.label).where(
        ReferralSubject.archived_at.is_(None)
    )
    return Directory(
        subjects={row[0]: row[1] for row in session.execute(current)},
        # Two antennes of one institution are told elsewhere: none has a name here.
        antennes={each: AntenneCard(id=each, name="", institution=str(each)) for each in antennes},
        experts=cards,
    )  # fmt: skip
