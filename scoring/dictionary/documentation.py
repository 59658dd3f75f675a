"""The page of the sentences, for people to judge: each at low, middle and high values."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import click

from scoring.dictionary.feature import Feature
from scoring.dictionary.numbers import THIN_SPACE
from scoring.dictionary.phrases import SECTOR_SUFFIX
from scoring.dictionary.registry import REGISTRY
from scoring.vocabulary import Theme, Unit

HEAD: Final = """# Sentences

Written by `python -m scoring sentences > docs/sentences.md`: what an agent reads of each variable, read one by one by a person.

The model weighs a variable with its lags, means and slopes; the agent reads one sentence of it, with what it was and what it is in the
sector where those are known. The heaviest one that raises the risk, and that the reader may read, is the cause shown at the top of the
firm's page; the context (sector, legal form, size, département, age, group) never is. The values below are examples.
"""
#: low, middle and high values of each unit
EXAMPLES: Final[dict[Unit, tuple[float, float, float]]] = {
    Unit.EUROS: (850, 42_300, 1_280_000),
    Unit.CONTRIBUTION_MONTHS: (0.2, 1.8, 9.4),
    Unit.MONTHS: (1, 7, 30),
    Unit.EMPLOYEES: (1, 12, 340),
    Unit.SHARE: (-0.07, 0.12, 2.4),
    Unit.POINTS: (-0.03, 0.01, 0.2),
    Unit.YEARS: (1, 14, 60),
    Unit.PER_MONTH: (-0.1, 0.05, 0.4),
    Unit.DAYS: (-3, 12, 75),
    Unit.COUNT: (1, 3, 25),
    Unit.FLAG: (1, 1, 1),
}
#: of the features that their unit says badly
OF_FEATURE: Final[dict[str, tuple[float, float, float]]] = {
    **dict.fromkeys(("short_time_consumed_12m", "short_time_authorised_12m"), (0.01, 0.12, 0.6)),
    **dict.fromkeys(("bank_social_debts", "bank_short_term_debts"), (0.01, 0.12, 0.6)),
    "bank_financial_charges": (0.001, 0.02, 0.09),
    "bank_supplier_days": (15, 42, 90),
    "group_size": (2, 12, 240),
    "group_share": (0.51, 0.8, 1),
    "plan_behind": (-0.05, 0.12, 0.6),
}
#: of a category, three that exist
CATEGORIES: Final = {
    "naf_division": ("10", "43", "62"),
    "legal_form": ("54", "57", "92"),
    "size_class": ("10-19", "20-49", "250-499"),
    "department": ("21", "2A", "974"),
}
#: what a debt was some months ago, by what it is
PAST_SHARE: Final = 0.5


def page() -> str:
    """Return the page, in Markdown."""
    return "\n".join([HEAD, *(line for theme in Theme for line in _section(theme))]).rstrip() + "\n"


def _section(theme: Theme) -> Iterator[str]:
    heads = [feature for feature in REGISTRY if feature.is_head and feature.theme is theme]
    yield f"## {theme.label}\n"
    yield "| variable | low | middle | high | zero | missing |"
    yield "|---|---|---|---|---|---|"
    for head in heads:
        cells = [
            *_examples(head),
            _zero(head),
            head.absent.format(label=head.label) or "*(nothing said)*",
        ]
        yield "| " + " | ".join([f"`{head.name}`", *cells]).replace(THIN_SPACE, " ") + " |"
    yield ""


def _examples(head: Feature) -> list[str]:
    if head.is_categorical:
        return [head.sentence_for({head.name: code}) for code in CATEGORIES[head.name]]
    return [
        head.sentence_for(_row(head, value, place)) for place, value in enumerate(_values(head))
    ]


def _zero(head: Feature) -> str:
    return head.sentence_for(_row(head, 0.0, 0)) if head.zero else ""


def _row(head: Feature, value: float, place: int) -> dict[str, object]:
    """The values of a firm at the low, middle or high ``place``; what is beside the feature is at the same place."""
    row: dict[str, object] = {other.name: _values(other)[place] for other in head.beside}
    row |= dict.fromkeys((name for _, name in head.past), value * PAST_SHARE)
    row[f"{head.name}{SECTOR_SUFFIX}"] = EXAMPLES[Unit.POINTS][place] if _has_sector(head) else None
    return row | {head.name: value + head.origin}


def _values(feature: Feature) -> tuple[float, float, float]:
    return OF_FEATURE.get(feature.name, EXAMPLES[feature.unit])


def _has_sector(head: Feature) -> bool:
    return any(feature.name == f"{head.name}{SECTOR_SUFFIX}" for feature in REGISTRY)


@click.command(help="write what agents read of each variable, at low, middle and high values")
def sentences() -> int:
    """Write the page to standard output."""
    sys.stdout.write(page())
    return 0
