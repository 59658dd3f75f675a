"""What people do, as requests: lists in five orders and under five filters, four kinds of search, a firm, home."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import text

from bench.portal.driving import Outgoing
from bench.portal.people import DEPARTMENT
from bench.portal.sessions import cookie_of
from tests.factories.network import system

#: firms and words that each kind of request draws from
DRAWN = 400
LIST, SEARCH = "list", "search"
ORDERS = {
    "level": {}, "debt": {"tri": "dette"}, "workforce": {"tri": "effectif"}, "name": {"tri": "entreprise"},
    "short time": {"tri": "activite_partielle"},
}  # fmt: skip
FILTERS = {
    "high level": {"niveau": "elevee"}, "activity": {"section": "C"}, "debt": {"dette_min": "100000"},
    "human signal": {"source": "humain"}, "département": {"departement": DEPARTMENT},
}  # fmt: skip

LISTED = "select siren from detection_entry order by md5(siren) limit :drawn"
OF_AGENT = "select siren from detection_entry where department = :department order by md5(siren) limit :drawn"
NAMED = "select name, commune from company where name ~ '^[A-Z ]+$' and name !~ ' DE ' order by md5(siren) limit :drawn"


@dataclass(frozen=True)
class Gesture:
    """A kind of request: ``what`` it is, the ``kind`` it counts in beside the peer, and the statuses of a right answer."""

    what: str
    sent: Sequence[Outgoing]
    kind: str | None = None
    accepted: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Readers:
    """The sessions of the managers of France and of the agents of a département."""

    managers: Sequence[str]
    agents: Sequence[str]

    @property
    def everybody(self) -> Sequence[str]:
        """Managers and agents in turn."""
        pairs = zip(self.managers, self.agents, strict=True)
        return [session for pair in pairs for session in pair]


def every_gesture(readers: Readers) -> list[Gesture]:
    """All of them, on the firms and the names of the instance."""
    return [
        Gesture("a page without data, `/aide`", spread(["/aide"], readers.managers)),
        *_lists(readers),
        *_searches(readers),
        *_pages(readers),
    ]


def spread(targets: Sequence[str], sessions: Sequence[str]) -> list[Outgoing]:
    """Each of some ``targets`` asked in each session, so that sessions asked at once ask for different ones."""
    return [
        Outgoing(target=targets[(turn + place) % len(targets)], headers=cookie_of(session))
        for turn in range(len(targets))
        for place, session in enumerate(sessions)
    ]


def list_paths() -> dict[str, str]:
    """The address of each list, by what it is."""
    ways = {f"by {name}": query for name, query in ORDERS.items()}
    ways |= {f"kept by {name}": query for name, query in FILTERS.items()}
    return {name: _path("/detections", query) for name, query in ways.items()}


def search_paths() -> dict[str, list[str]]:
    """The addresses of each kind of search."""
    sirens = firms()
    with system() as session:
        rows = session.execute(text(NAMED), {"drawn": DRAWN}).all()
    names = [name for name, _ in rows]
    typed = {
        "an identifier": sirens,
        "the beginning of a name": [beginning(name) for name in names],
        "a name with a typo": [mistyped(name) for name in names],
        "a town": [str(town) for _, town in rows],
    }
    return {
        kind: [_path("/recherche", {"q": words.lower()}) for words in asked]
        for kind, asked in typed.items()
    }


def firms(department: str | None = None) -> list[str]:
    """Firms of the list, of the country or of a département."""
    values = {"drawn": DRAWN, "department": department}
    statement = LISTED if department is None else OF_AGENT
    with system() as session:
        return list(session.scalars(text(statement), values if department else {"drawn": DRAWN}))


def beginning(name: str) -> str:
    """The first word of a name and the first letters of the next."""
    first, *others = name.split()
    return " ".join([first, *(word[:3] for word in others[:1])])


def mistyped(name: str) -> str:
    """A name whose longest word has two letters exchanged, never the first one."""
    longest = max(name.split(), key=len)
    if len(longest) < 4:
        return name
    at = random.Random(name).randrange(1, len(longest) - 2)  # noqa: S311 - the same at each run
    wrong = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
    return name.replace(longest, wrong, 1)


def _lists(readers: Readers) -> list[Gesture]:
    paths = list_paths()
    each = [
        Gesture(f"list {name}", spread([path], readers.managers)) for name, path in paths.items()
    ]
    ten = list(paths.values())
    return [
        *each,
        Gesture("**list**, the ten in turn", spread(ten, readers.managers), LIST),
        Gesture(
            "list, the ten in turn, agent of a département",
            spread([path for path in ten if "departement" not in path], readers.agents),
        ),
    ]


def _searches(readers: Readers) -> list[Gesture]:
    kinds = search_paths()
    # A number is answered by the address of its firm.
    each = [
        Gesture(f"search of {kind}", spread(paths, readers.everybody), accepted=(200, 302))
        for kind, paths in kinds.items()
    ]
    words = [path for kind, paths in kinds.items() if kind != "an identifier" for path in paths]
    random.Random(1).shuffle(words)  # noqa: S311 - the same at each run
    together = spread(words, readers.everybody)
    return [*each, Gesture("**search** of words, the three in turn", together, SEARCH)]


def _pages(readers: Readers) -> list[Gesture]:
    return [
        Gesture("firm", spread(_firm_paths(None), readers.managers)),
        Gesture("firm, agent of a département", spread(_firm_paths(DEPARTMENT), readers.agents)),
        Gesture("home", spread(["/"], readers.managers)),
        Gesture("home, agent of a département", spread(["/"], readers.agents)),
    ]


def _firm_paths(department: str | None) -> list[str]:
    return [f"/entreprises/{siren}" for siren in firms(department)]


def _path(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def enough(sent: Sequence[Outgoing], connections: int) -> Sequence[Outgoing]:
    """As many requests as connections at least: the same again where there are fewer."""
    return list(sent) * math.ceil(connections / len(sent))
