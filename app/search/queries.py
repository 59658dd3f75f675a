"""Find firms by name, tolerating typos, and by town."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of

#: minimum similarity of two names, from 0 to 1: one wrong letter in a six-letter word still matches
LIKENESS = "0.45"
#: a town is at most this many words, the last ones typed
LONGEST_TOWN = 5


def page_of_companies(
    session: Session, _identity: Identity, words: str, *, cursor: str | None
) -> Page[Company]:
    """Return the firms whose name, name and town, or town resemble ``words``.

    Names that begin with them come first, then the most similar.
    """
    session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", LIKENESS, True)))
    typed = session.scalar(select(func.upper(func.unaccent(words)))) or ""
    key = (_rank(typed), _distance(typed), Company.siren)
    statement = select(Company).where(_matches(typed))
    return page_of(session, statement, key=key, cursor=cursor).scalars()


def _matches(typed: str) -> ColumnElement[bool]:
    """Match by name, or by a town in the last words typed with a name before it."""
    ways: list[ColumnElement[bool]] = [_named_like(typed)]
    for name, town in _splits(typed):
        in_town = _town().startswith(town, autoescape=True)
        ways.append(and_(in_town, _named_like(name)) if name else in_town)
    return or_(*ways)


def _splits(typed: str) -> Sequence[tuple[str, str]]:
    """Return each way to read the last words as a town: ``[("GARAGE", "LE MANS"), …]``."""
    words = typed.replace("-", " ").split()
    first = max(0, len(words) - LONGEST_TOWN)
    return [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(first, len(words))]


def _named_like(name: str) -> ColumnElement[bool]:
    return literal(name).op("<%")(Company.name_sort)


def _town() -> ColumnElement[str]:
    return func.replace(func.upper(func.unaccent(Company.commune)), "-", " ")


def _rank(typed: str) -> ColumnElement[int]:
    """0 for the exact name, 1 for a name that begins with it, 2 for the others."""
    return case(
        (Company.name_sort == typed, literal(0)),
        (Company.name_sort.startswith(typed, autoescape=True), literal(1)),
        else_=literal(2),
    )


def _distance(typed: str) -> ColumnElement[int]:
    """Distance of a name, in thousandths: an integer makes an exact cursor."""
    likeness = func.word_similarity(typed, Company.name_sort)
    return cast(func.round((1 - likeness) * 1000), Integer)
