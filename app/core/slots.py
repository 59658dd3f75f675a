"""What an upper domain provides to a lower one: typed slots, filled while the application is built.

A lower domain declares a slot for what it must not import; those above fill it in their ``init_app``. Building
another application empties every slot first, so that nothing is provided twice and no test patches a list.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """An ordered collection of what upper domains provide; ``name`` says what is missing when nobody provides it."""

    _all: ClassVar[list["Slot[Any]"]] = []

    def __init__(self, name: str) -> None:
        """Declare an empty slot."""
        self._name = name
        self._items: list[T] = []
        Slot._all.append(self)

    def fill(self, item: T) -> T:
        """Add ``item`` and return it, so that this can decorate a function."""
        self._items.append(item)
        return item

    def empty(self) -> None:
        """Remove every item."""
        self._items.clear()

    @property
    def only(self) -> T:
        """The only item; raise `RuntimeError` unless there is exactly one."""
        if len(self._items) != 1:
            raise RuntimeError(f"{self._name}: {len(self._items)} given, one expected")
        return self._items[0]

    def __iter__(self) -> Iterator[T]:
        """Iterate over the items, in the order in which the domains are plugged in."""
        return iter(self._items)

    @contextmanager
    def holding(self, *items: T) -> Iterator[None]:
        """Hold ``items`` and nothing else during a block, for tests."""
        before, self._items = self._items, list(items)
        try:
            yield
        finally:
            self._items = before

    @classmethod
    def empty_all(cls) -> None:
        """Empty every slot."""
        for slot in cls._all:
            slot.empty()
