"""Two rewritings of a text are put together word by word, and no word of either is lost."""

import random
import time
from collections import Counter

import pytest

from app.core.text.merging import Clash, Fate, differences, merge

BASE = "L’entreprise a perdu un client. Le dirigeant cherche un prêt. La dette est de 5 000 €."
MERGES = {
    "each elsewhere": (
        "L’entreprise a perdu son premier client. Le dirigeant cherche un prêt. La dette est de 5 000 €.",
        "L’entreprise a perdu un client. Le dirigeant cherche un prêt. La dette est de 8 000 €.",
        "L’entreprise a perdu son premier client. Le dirigeant cherche un prêt. La dette est de 8 000 €.",
        [],
    ),
    "both add at the end": (
        f"{BASE} Vu hier.",
        f"{BASE} Plan signé.",
        f"{BASE} Plan signé. Vu hier.",
        [Clash(theirs=" Plan signé.", mine=" Vu hier.")],
    ),
    "both say the same": (f"{BASE} Fin.", f"{BASE} Fin.", f"{BASE} Fin.", []),
    "one removes what the other left": (
        "L’entreprise a perdu un client. La dette est de 5 000 €.",
        f"{BASE} Fin.",
        "L’entreprise a perdu un client. La dette est de 5 000 €. Fin.",
        [],
    ),
    "one removes what the other rewrote": (
        "L’entreprise a perdu un client. La dette est de 5 000 €.",
        BASE.replace("cherche", "a trouvé"),
        BASE.replace("cherche", "a trouvé"),
        [Clash(theirs="Le dirigeant a trouvé un prêt. ", mine="")],
    ),
    "the same word, two ways": (
        BASE.replace("5", "6"),
        BASE.replace("5", "7"),
        BASE.replace("5", "7 6"),
        [Clash(theirs="7", mine="6")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MERGES)
def test_two_rewritings_become_one_text(case: str) -> None:
    mine, theirs, merged, clashes = MERGES[case]
    found = merge(BASE, mine=mine, theirs=theirs)
    assert found.text == merged
    assert [(c.theirs.strip(), c.mine.strip()) for c in found.clashes] == [
        (c.theirs.strip(), c.mine.strip()) for c in clashes
    ]


def test_from_nothing_both_are_kept() -> None:
    found = merge("", mine="Un client perdu", theirs="Une dette")
    assert found.text.split() == ["Une", "dette", "Un", "client", "perdu"]
    assert len(found.clashes) == 1


def rewritten(draw: random.Random, words: list[str], vocabulary: list[str]) -> list[str]:
    """A text after some words were added, removed, moved or replaced."""
    result = list(words)
    for _ in range(draw.randrange(6)):
        place = draw.randrange(len(result) + 1)
        size = draw.randrange(4)
        added = [draw.choice(vocabulary) for _ in range(draw.randrange(4))]
        result[place : place + size] = added
    return result


def joined(draw: random.Random, words: list[str], between: tuple[str, ...] = (" ",)) -> str:
    return "".join(word + draw.choice(between) for word in words).strip()


#: what stands between words: always the same, or drawn anew for each text
SPACES = ((" ",), (" ", " ", "\n", "\n\n"))


@pytest.mark.parametrize("between", SPACES, ids=["even", "uneven"])
@pytest.mark.parametrize("seed", range(8))
def test_no_word_that_either_added_is_lost_and_each_keeps_its_order(
    seed: int, between: tuple[str, ...]
) -> None:
    draw = random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(100):
        vocabulary = [f"mot{n}" for n in range(draw.choice([3, 12, 200]))]
        words = [draw.choice(vocabulary) for _ in range(draw.randrange(40))]
        base = joined(draw, words, between)
        mine = joined(draw, rewritten(draw, words, [*vocabulary, "moi1", "moi2"]), between)
        theirs = joined(draw, rewritten(draw, words, [*vocabulary, "eux1", "eux2"]), between)
        merged = merge(base, mine=mine, theirs=theirs).text.split()
        for side, own in ((mine, "moi"), (theirs, "eux")):
            lost = Counter(side.split()) - Counter(base.split()) - Counter(merged)
            assert not lost, (base, mine, theirs)
            marked = [word for word in side.split() if word.startswith(own)]
            assert [word for word in merged if word.startswith(own)] == marked


@pytest.mark.parametrize("seed", range(8))
def test_what_both_left_stays_and_what_one_removed_alone_goes(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(100):
        words = [f"mot{n}" for n in range(draw.randrange(1, 40))]
        gone = [set(draw.sample(words, draw.randrange(len(words)))) for _ in range(2)]
        mine, theirs = (" ".join(w for w in words if w not in each) for each in gone)
        merged = merge(" ".join(words), mine=mine, theirs=theirs)
        kept = merged.text.split()
        assert {w for w in words if w not in gone[0] | gone[1]} <= set(kept)
        if not merged.clashes:
            assert kept == [w for w in words if w not in gone[0] | gone[1]]


@pytest.mark.parametrize("seed", range(5))
def test_what_changed_rebuilds_both_texts(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(50):
        vocabulary = [f"mot{n}" for n in range(8)]
        words = [draw.choice(vocabulary) for _ in range(30)]
        before, after = joined(draw, words), joined(draw, rewritten(draw, words, vocabulary))
        parts = differences(before, after)
        assert "".join(text for part, text in parts if part is not Fate.ADDED) == before
        assert "".join(text for part, text in parts if part is not Fate.REMOVED) == after


@pytest.mark.parametrize(
    "unit", ["a ", "a\n", "le la de ", "mot " * 3 + "\n", "x" * 9_999], ids=range(5)
)
def test_the_longest_texts_are_put_together_at_once(unit: str) -> None:
    """Even where one word is written five thousand times."""
    base = (unit * 10_000)[:10_000]
    began = time.perf_counter()
    found = merge(base, mine=f"{base[:5_000]} ici {base[5_000:]}", theirs=f"là {base} fin")
    assert {"ici", "là", "fin"} <= set(found.text.split())
    assert time.perf_counter() - began < 2
