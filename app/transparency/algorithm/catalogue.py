"""What the algorithm reads and how it weighs it, from the registry of sources and the dictionary of features."""

from dataclasses import dataclass

from scoring.data.sources.registry import SOURCES
from scoring.dictionary.feature import Feature
from scoring.dictionary.registry import REGISTRY
from scoring.vocabulary import Nature, Openness, Theme

#: the sign imposed on a variable -> what it means
SIGNS = {
    1: "Plus elle est haute, plus le risque est haut",
    -1: "Plus elle est haute, plus le risque est bas",
    0: "Libre : appris des données",
}
READERS = {
    Openness.PUBLIC: "Donnée publique",
    Openness.CLOSED: "Lue par le calcul seul",
}


@dataclass(frozen=True, kw_only=True)
class ReadSource:
    """A source: its name, who reads its lines, how many variables come from it, in which themes."""

    name: str
    title: str
    readers: str
    variables: int
    themes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WeighedVariable:
    """A variable as it is read: what it is called, the source it comes from, the sign imposed on it, its lags, means and slopes."""

    label: str
    source: str
    sign: str
    monotone: int
    derived: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WeighedTheme:
    """A theme of the explanation and its variables."""

    code: str
    label: str
    nature: str
    variables: tuple[WeighedVariable, ...]


def sources() -> list[ReadSource]:
    """Return every source that Vigie reads, in the order of the registry."""
    return [
        ReadSource(
            name=source.name,
            title=source.title,
            readers=_readers(source.nature),
            variables=sum(feature.is_head for feature in _of(source.name)),
            themes=tuple(dict.fromkeys(feature.theme.label for feature in _of(source.name))),
        )
        for source in SOURCES.values()
    ]


def themes() -> list[WeighedTheme]:
    """Return the themes that weigh, with their variables, in the order of the explanation."""
    return [
        WeighedTheme(
            code=theme.value,
            label=theme.label,
            nature=theme.nature.label if theme.nature else READERS[Openness.PUBLIC],
            variables=tuple(_variable(head) for head in REGISTRY if head.is_head and head.theme is theme),
        )
        for theme in Theme
    ]  # fmt: skip


def _variable(head: Feature) -> WeighedVariable:
    others = [f for f in REGISTRY if f.variable == head.variable and not f.is_head]
    return WeighedVariable(
        label=head.label,
        source=SOURCES[head.source].title,
        sign=SIGNS[head.monotone],
        monotone=head.monotone,
        derived=tuple(dict.fromkeys(f.full_label for f in others if f.full_label != head.label)),
    )


def _of(source: str) -> list[Feature]:
    return [feature for feature in REGISTRY if feature.source == source]


def _readers(nature: Nature | Openness) -> str:
    if isinstance(nature, Nature):
        return f"Agents habilités à « {nature.label} »"
    return READERS[nature]
