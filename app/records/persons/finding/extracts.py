"""What the texts of an object say of the person of a request, whatever name it was found by."""

from collections.abc import Sequence

from app.core.persons.masking import own_part
from app.core.persons.places import HeldObject
from app.core.persons.sought import Sought

#: as the request describes the person, then as each search did: a name of birth, another address
Names = Sequence[Sought]


def extracts(held: HeldObject, known_as: Names) -> list[str]:
    """Return the part of each text that names the person, by the first of their descriptions that it knows; others masked."""
    parts = (_part(text, known_as) for text in held.texts)
    return [part for part in parts if part]


def _part(text: str, known_as: Names) -> str:
    return next(filter(None, (own_part(text, sought) for sought in known_as)), "")
