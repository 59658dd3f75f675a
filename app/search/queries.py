"""Finding firms by name, with typing mistakes, and by town."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of

#: how alike two names must be, from 0 to 1: one wrong letter in a word of six still passes
LIKENESS = "0.45"
#: a town is at most the last words of what was typed
LONGEST_TOWN = 5


def page_of_companies(
    session: Session, _identity: Identity, words: str, *, cursor: str | None
) -> Page[Company]:
    """The firms whose name, or name and town, or town, look like ``words``.

    A name that begins with them comes first, then the most alike.
    """
    session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", LIKENESS, True)))
    asked = session.scalar(select(func.upper(func.unaccent(words)))) or ""
    key = (_rank(asked), _distance(asked), Company.siren)
    statement = select(Company).where(_matches(asked))
    return page_of(session, statement, key=key, cursor=cursor).scalars()


def _matches(asked: str) -> ColumnElement[bool]:
    """By name, or by a town at the end of what was typed and what comes before it as the name."""
    ways: list[ColumnElement[bool]] = [_named_like(asked)]
    for name, town in _splits(asked):
        in_town = _town().startswith(town, autoescape=True)
        ways.append(and_(in_town, _named_like(name)) if name else in_town)
    return or_(*ways)


def _splits(asked: str) -> Sequence[tuple[str, str]]:
    """Each way to read the last words as a town: ``[("GARAGE", "LE MANS"), …]``."""
    words = asked.replace("-", " ").split()
    first = max(0, len(words) - LONGEST_TOWN)
    return [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(first, len(words))]


def _named_like(name: str) -> ColumnElement[bool]:
    return literal(name).op("<%")(Company.name_sort)


def _town() -> ColumnElement[str]:
    return func.replace(func.upper(func.unaccent(Company.commune)), "-", " ")


def _rank(asked: str) -> ColumnElement[int]:
    """0 the very name, 1 a name that begins so, 2 the others."""
    return case(
        (Company.name_sort == asked, literal(0)),
        (Company.name_sort.startswith(asked, autoescape=True), literal(1)),
        else_=literal(2),
    )


def _distance(asked: str) -> ColumnElement[int]:
    """How far a name is, in thousandths: a whole number makes an exact cursor."""
    likeness = func.word_similarity(asked, Company.name_sort)
    return cast(func.round((1 - likeness) * 1000), Integer)
