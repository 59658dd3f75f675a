"""docs/house.md is what the tree and its imports give today, and is drawn rightly."""

from pathlib import Path

import pytest

from scripts.draw_house import HOUSE, arrows_between, draw, find_cycles, read_room, reduce_arrows


def test_the_drawing_is_what_the_tree_gives() -> None:
    assert HOUSE.read_text() == draw(), (
        "the rooms or their imports have changed: run `make diagram` and look at the difference"
    )


def test_a_module_counts_for_the_nearest_room_that_is_drawn() -> None:
    imports = [
        ("app.a.routes", "app.b.c.models"),
        ("app.b.c.queries", "app.b.c.models"),
        ("app", "app.a"),
        ("flask", "app.b"),
    ]

    assert arrows_between(["app.a", "app.b"], imports) == {("app.a", "app.b")}
    assert arrows_between(["app.b", "app.b.c"], [("app.b.x", "app.b.c.y")]) == {
        ("app.b", "app.b.c")
    }


def test_an_arrow_that_another_way_says_is_left_out() -> None:
    assert reduce_arrows({("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d")}) == [
        ("a", "b"),
        ("b", "c"),
        ("c", "d"),
    ]


def test_both_directions_of_a_cycle_stay_and_are_listed() -> None:
    arrows = {("a", "b"), ("b", "a"), ("b", "c"), ("d", "e"), ("e", "f"), ("f", "d")}

    assert {("a", "b"), ("b", "a")} <= set(reduce_arrows(arrows))
    assert find_cycles(arrows) == [["a", "b"], ["d", "e", "f"]]


def test_a_room_says_what_it_holds(tmp_path: Path) -> None:
    inner = tmp_path / "house" / "room"
    inner.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").write_text(
        '"""The house: e.g. two rooms,\nnot three. More.\n\nAnd more."""\n'
    )
    (inner / "__init__.py").write_text('"""Ours."""\n')
    (inner / "models.py").touch()
    house = read_room(tmp_path / "house", root=tmp_path)
    assert house.purpose == "The house: e.g. two rooms, not three."
    assert [(room.name, room.files) for room in house.walk()] == [
        ("house", ()),
        ("house.room", ("house.room.models",)),
    ]

    (inner / "__init__.py").write_text("import sys\n")
    with pytest.raises(ValueError, match=r"house\.room is a room without a docstring"):
        read_room(tmp_path / "house", root=tmp_path)
