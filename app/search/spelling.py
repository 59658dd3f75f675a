"""Which known words a mistyped one may stand for."""

from collections.abc import Sequence
from difflib import get_close_matches

#: shorter words resemble anything: the vocabulary holds none
SHORTEST = 4
#: words that the index gives as the nearest, before they are judged
NEIGHBOURS = 12
#: share of letters in common, in order, from 0 to 1: one letter in six, doubled, missing, wrong or exchanged, is forgiven
LIKENESS = 0.75
KEPT = 4


def close_to(word: str, neighbours: Sequence[str]) -> tuple[str, ...]:
    """The words that ``word`` may stand for among its ``neighbours``, itself first."""
    others = [other for other in neighbours if other != word]
    return (word, *get_close_matches(word, others, n=KEPT, cutoff=LIKENESS))
