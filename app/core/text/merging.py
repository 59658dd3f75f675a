"""Two people rewrote one text: what each changed is put together word by word, and none of their words is lost."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

#: words and what separates them, then lines, then the whole: the first grain that is quick enough to compare
GRAINS = (re.compile(r"\s+|\S+"), re.compile(r"[^\n]*\n|[^\n]+"), re.compile(r".+", re.DOTALL))
#: pairs of equal tokens beyond which a grain would take too long: a text of ten thousand characters has some tens of thousands
MOST_PAIRS = 500_000

Tokens = Sequence[str]


class Fate(Enum):
    """What became of a part of a text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A place that both rewrote, each their own way: the merged text holds both, theirs first."""

    theirs: str
    mine: str


@dataclass(frozen=True, kw_only=True)
class MergedText:
    """Both rewritings in one text, and the places where they clash."""

    text: str
    clashes: Sequence[Clash]


def merge(base: str, *, mine: str, theirs: str) -> MergedText:
    """Put together two rewritings of ``base``: every word that one of them added is in the result, in its order.

    What one removed and the other left is removed; what one removed and the other rewrote stays, and clashes.
    """
    if theirs in (mine, base):
        return MergedText(text=mine, clashes=[])
    if mine == base:
        return MergedText(text=theirs, clashes=[])
    texts, clashes = [], []
    for before, ours, others in _regions(*_split(base, mine, theirs)):
        if ours in (before, others):
            texts.append("".join(others))
        elif others == before:
            texts.append("".join(ours))
        else:
            clash = Clash(theirs="".join(others), mine="".join(ours))
            clashes.append(clash)
            texts.append(_both(clash))
    return MergedText(text="".join(texts), clashes=clashes)


def differences(before: str, after: str) -> list[tuple[Fate, str]]:
    """Return the parts of two texts, in the order of reading: those kept, those removed, those added instead."""
    old, new = _split(before, after)
    parts: list[tuple[Fate, str]] = []
    for tag, start, end, new_start, new_end in _matcher(old, new).get_opcodes():
        if tag == "equal":
            parts.append((Fate.KEPT, "".join(old[start:end])))
            continue
        if end > start:
            parts.append((Fate.REMOVED, "".join(old[start:end])))
        if new_end > new_start:
            parts.append((Fate.ADDED, "".join(new[new_start:new_end])))
    return parts


def _both(clash: Clash) -> str:
    """Theirs then mine, apart: the last word of one and the first of the other stay two words."""
    if not clash.theirs or not clash.mine:
        return clash.theirs or clash.mine
    are_apart = clash.theirs[-1].isspace() or clash.mine[0].isspace()
    return f"{clash.theirs}{'' if are_apart else ' '}{clash.mine}"


def _split(*texts: str) -> list[list[str]]:
    """The texts as tokens of the finest grain that is quick enough to compare."""
    for grain in GRAINS[:-1]:
        tokens = [grain.findall(text) for text in texts]
        counts = [Counter(token for token in each if not token.isspace()) for each in tokens]
        first, *others = counts
        if all(_pairs(first, other) <= MOST_PAIRS for other in others):
            return tokens
    return [GRAINS[-1].findall(text) for text in texts]


def _pairs(one: Counter[str], other: Counter[str]) -> int:
    return sum(count * other[token] for token, count in one.items())


def _matcher(old: Tokens, new: Tokens) -> "SequenceMatcher[str]":
    """What separates words is matched beside them, never by itself: two texts do not agree on their spaces."""
    return SequenceMatcher(str.isspace, old, new, autojunk=False)


def _regions(base: Tokens, mine: Tokens, theirs: Tokens) -> Iterator[tuple[Tokens, Tokens, Tokens]]:
    """The three texts cut where all agree: each region as it was and as each rewrote it, regions of agreement included."""
    at, in_mine, in_theirs = 0, 0, 0
    for place, ours, others, size in _agreements(base, mine, theirs):
        yield base[at:place], mine[in_mine:ours], theirs[in_theirs:others]
        same = base[place : place + size]
        yield same, same, same
        at, in_mine, in_theirs = place + size, ours + size, others + size
    yield base[at:], mine[in_mine:], theirs[in_theirs:]


def _agreements(base: Tokens, mine: Tokens, theirs: Tokens) -> Iterator[tuple[int, int, int, int]]:
    """Runs of tokens that both kept: where each begins in the three texts, and how long it is."""
    ours = _matcher(base, mine).get_matching_blocks()
    others = _matcher(base, theirs).get_matching_blocks()
    one, other = 0, 0
    while one < len(ours) and other < len(others):
        a, b = ours[one], others[other]
        start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < end:
            yield start, a.b + start - a.a, b.b + start - b.a, end - start
        if a.a + a.size < b.a + b.size:
            one += 1
        else:
            other += 1
