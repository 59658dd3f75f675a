"""A class name, or the number of a lock, means one thing in the tree."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from config import ROOT

FOLDERS = ("app", "bench", "config", "proconnect_double", "scoring", "scripts")
#: names that several classes may bear, and why
ACCEPTED = {"Meta": "WTForms reads the options of a form in a nested class of that name"}


def classes() -> Iterator[tuple[str, str]]:
    """Yield the name and the place of every class, nested ones included."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    yield node.name, f"{path.relative_to(ROOT)}:{node.lineno}"


def shared_names() -> dict[str, list[str]]:
    """Return the names of several classes, with their places."""
    places = defaultdict(list)
    for name, place in classes():
        places[name].append(place)
    return {name: where for name, where in places.items() if len(where) > 1}


def test_a_class_name_means_one_thing() -> None:
    unexpected = {name: where for name, where in shared_names().items() if name not in ACCEPTED}
    assert not unexpected, "name what each of these classes is, or share one of them"


def test_a_lock_means_one_thing() -> None:
    """Two uses of one number would make whoever writes wait for what has nothing to do with it."""
    found = Counter(
        number
        for path in sorted((ROOT / "app").rglob("*.py"))
        for number in re.findall(r"= (7_146_\d+)\b", path.read_text())
    )
    assert len(found) > 20
    assert [number for number, times in found.items() if times > 1] == []


def test_an_accepted_name_is_still_shared() -> None:
    assert set(ACCEPTED) <= set(shared_names())
