"""Needs on which a change of the directory is tried: those of the past, or, as long as there are none, one a place and subject."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.now import today
from app.core.slots import Slot
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.routing.cards import Need, place_of

#: the needs of some subjects filed since a day, one out of so many when they are more than a bound; given by whoever keeps needs
past_needs: Slot[Callable[[Session, date, Collection[int], int], tuple[Sequence[Need], int]]] = (
    Slot("needs of the past")
)
A_YEAR = timedelta(days=365)
#: needs that a page tries: some 0.1 ms each, twice
MOST = 2_000


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Needs, and where they come from: the past, or communes; one out of ``every``."""

    needs: Sequence[Need]
    is_past: bool
    every: int = 1


def trial(session: Session, *, subject_ids: Iterable[int], areas: Iterable[str]) -> Trial:
    """Return the needs of the last year on these subjects; without any, one a commune of these areas and subject, of an unknown firm.

    Whoever keeps the directory reads few needs: those of the past are tried with the system's rights, and only counted.
    """
    known, subjects = gazetteer(), sorted(set(subject_ids))
    with reading_as_system(session, reason="Essai d’un changement de l’annuaire"):
        past = [each(session, today() - A_YEAR, subjects, MOST) for each in past_needs]
    for needs, every in past:
        if needs:
            return Trial(needs=needs, is_past=True, every=every)
    codes = sorted({code for area in areas for code in known.communes(area)})
    every = -(-len(codes) * len(subjects) // MOST) or 1
    places = [place_of(known, area) for area in map(known.find, codes[::every]) if area]
    day = today()
    needs = [Need(subject_id=s, place=place, day=day) for s in subjects for place in places]
    return Trial(needs=needs, is_past=False, every=every)
