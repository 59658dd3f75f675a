"""The steps of a search, as statements: each reads at most ``limit`` firms of `company_search` by one of its indexes.

They speak its plain letters: names and towns as `vigie_plain` writes them (docs/adr/0028).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from app.core.text.labelled import LabelledEnum
from app.search.models import CompanySearch, SearchWord

#: words that are looked at, the first ones typed
WORDS = 8
#: fewer letters begin too many words: they are a word
SHORTEST_BEGINNING = 3
#: after everything that a name in plain letters holds
END = "{"

#: the départements to keep to, or the country
Zone = Sequence[str] | None


class FoundBy(LabelledEnum):
    """By what a firm was found."""

    NAME = "name", "Par son nom"
    TOWN = "town", "Par sa commune"
    BOTH = "both", "Par son nom et sa commune"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is searched, in plain letters, and for each of its words those that may stand for it."""

    plain: str
    words: Sequence[Sequence[str]]

    @classmethod
    def of(cls, plain: str) -> "Asked":
        """What was typed, word for word."""
        return cls(plain=plain, words=[(word,) for word in plain.split()[:WORDS]])


def beginning(asked: Asked, zone: Zone, limit: int) -> Select[str]:
    """Names that begin with what is asked, the exact one first."""
    name = CompanySearch.name
    firms = select(CompanySearch).where(name >= asked.plain, name < asked.plain + END)
    return _by_name(firms, zone, limit, country=(name, CompanySearch.siren))


def anywhere(asked: Asked, zone: Zone, limit: int) -> Select[str]:
    """Firms whose name and town hold every word between them: those `in_name` first, then those `in_town`."""
    hits = _hits(_every(asked, ("", "@")), zone, limit)
    rank = case(
        (_hold(hits.c.terms, _every(asked, ("",))), literal(0)),
        (hits.c.town == asked.plain, literal(1)),
        else_=literal(2),
    )
    return select(hits.c.siren).order_by(rank, hits.c.name, hits.c.siren)


def in_name(asked: Asked, zone: Zone, limit: int) -> Select[str]:
    """Firms whose name holds every word, the last one perhaps unfinished."""
    hits = _hits(_every(asked, ("",)), zone, limit)
    return select(hits.c.siren).order_by(hits.c.name, hits.c.siren)


def in_town(asked: Asked, zone: Zone, limit: int) -> Select[str]:
    """Firms whose head office is in the town that bears exactly this name."""
    firms = select(CompanySearch).where(CompanySearch.town == asked.plain)
    # A name that several towns bear: one département after the other.
    country = (CompanySearch.department, CompanySearch.name, CompanySearch.siren)
    return _by_name(firms, zone, limit, country=country)


def resembling(asked: Asked, zone: Zone, limit: int) -> Select[str]:
    """Firms that hold, for each word, one that it may stand for: the nearest first."""
    hits = _hits(_every(asked, ("", "@")), zone, limit)
    whole = hits.c.name + " " + hits.c.town
    return select(hits.c.siren).order_by(
        func.word_similarity(asked.plain, whole).desc(), hits.c.name, hits.c.siren
    )


def grounds(asked: Asked, sirens: Sequence[str]) -> Select[str, str]:
    """Of each of some firms, by what it was found: a `FoundBy`."""
    ground = case(
        (_hold(CompanySearch.terms, _every(asked, ("",))), literal(FoundBy.NAME.value)),
        (CompanySearch.town == asked.plain, literal(FoundBy.TOWN.value)),
        else_=literal(FoundBy.BOTH.value),
    )
    return select(CompanySearch.siren, ground).where(CompanySearch.siren.in_(sirens))


def neighbours(words: Sequence[str], limit: int) -> Select[*tuple[Sequence[str], ...]]:
    """For each word, a column of the nearest of those that firms hold, by index."""
    return select(*(func.array(_near(word, limit)) for word in words))


def _near(word: str, limit: int) -> ScalarSelect[str]:
    """A statement for each word: PostgreSQL, which then knows it when it plans, expects few words to resemble it."""
    known = SearchWord.word
    near = select(known).where(known.op("%")(word)).order_by(known.op("<->")(word), known)
    return near.limit(limit).scalar_subquery()


def _by_name(
    firms: Select[CompanySearch],
    zone: Zone,
    limit: int,
    *,
    country: Sequence[SQLColumnExpression[str | None]],
) -> Select[str]:
    """At most ``limit`` of the firms by name: the first ones of each département of the zone, or of the country in its order."""
    name, siren = CompanySearch.name, CompanySearch.siren
    named = firms.with_only_columns(siren, name)
    if zone is None:
        found = named.order_by(*country).limit(limit).subquery("found")
        return select(found.c.siren).order_by(found.c.name, found.c.siren)
    own = func.unnest(cast(zone, ARRAY(Text))).table_valued("code", name="own").render_derived()
    there = named.where(CompanySearch.department == own.c.code).order_by(name, siren).limit(limit)
    each = there.correlate(own).lateral("each")
    every = select(each.c.siren).select_from(own).join(each, true())
    return every.order_by(each.c.name, each.c.siren).limit(limit)


def _hits(terms: str, zone: Zone, limit: int) -> Subquery:
    """At most ``limit`` of the firms that hold the terms."""
    within = terms if zone is None else f"{terms} & {_either('#' + code for code in zone)}"
    held = select(CompanySearch).where(_hold(CompanySearch.terms, within))
    # Materialised, the terms are looked up in their index whatever the limit promises; the firms are still read one by one until it.
    every = held.cte("every").prefix_with("MATERIALIZED")
    return select(every).limit(limit).subquery("hits")


def _hold(column: SQLColumnExpression[str], terms: str) -> ColumnElement[bool]:
    return column.op("@@")(cast(terms, TSQUERY))


def _every(asked: Asked, marks: Sequence[str]) -> str:
    """Each word, or one that may stand for it, after one of the marks."""
    *whole, last = asked.words
    terms = [_either(mark + word for word in group for mark in marks) for group in whole]
    return " & ".join(
        [*terms, _either((mark + word for word in last for mark in marks), begun=True)]
    )


def _either(terms: Iterable[str], *, begun: bool = False) -> str:
    quoted = (_quoted(term, begun=begun) for term in terms)
    return f"({' | '.join(quoted)})"


def _quoted(term: str, *, begun: bool = False) -> str:
    """A term as `tsquery` writes it; what is in plain letters holds no quote."""
    is_beginning = begun and len(term.lstrip("@")) >= SHORTEST_BEGINNING
    return f"'{term}'" + (":*" if is_beginning else "")
