"""The invented people of the demonstration."""

from pathlib import Path

from app.demo.people import PEOPLE
from app.demo.proconnect import REFUSED, written_people
from proconnect_double.people import read_people


def test_whoever_should_be_refused_is_nobody_that_vigie_knows(tmp_path: Path) -> None:
    """An address shared with an account would sign in as it."""
    people = read_people(written_people(tmp_path / "people.json"))
    addresses = [person.email for person in people]
    assert len(set(addresses)) == len(addresses) == len(PEOPLE) + len(REFUSED)
    assert {person.email for person in REFUSED}.isdisjoint(person.email for person in PEOPLE)
