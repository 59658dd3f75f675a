"""What an upper domain gives to a lower one: typed places, filled while the application is built.

A lower domain declares a slot for what it must not import; those above fill it in their ``init_app``. Building
another application empties every slot first, so that nothing is given twice and no test patches a list.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """An ordered place for what is given; ``name`` says what is missing when nobody gave it."""

    _all: ClassVar[list["Slot[Any]"]] = []

    def __init__(self, name: str) -> None:
        """Declare a slot, empty."""
        self._name = name
        self._given: list[T] = []
        Slot._all.append(self)

    def fill(self, given: T) -> T:
        """Add ``given``, and return it, so that a function may be decorated."""
        self._given.append(given)
        return given

    def empty(self) -> None:
        """Forget what was given."""
        self._given.clear()

    @property
    def only(self) -> T:
        """The one thing given; raise `RuntimeError` unless there is exactly one."""
        if len(self._given) != 1:
            raise RuntimeError(f"{self._name}: {len(self._given)} given, one expected")
        return self._given[0]

    def __iter__(self) -> Iterator[T]:
        """What was given, in the order in which domains are plugged in."""
        return iter(self._given)

    @contextmanager
    def holding(self, *given: T) -> Iterator[None]:
        """Hold ``given`` and nothing else for a block, as a test wants it."""
        before, self._given = self._given, list(given)
        try:
            yield
        finally:
            self._given = before

    @classmethod
    def empty_all(cls) -> None:
        """Forget everything that was given to every slot."""
        for slot in cls._all:
            slot.empty()
