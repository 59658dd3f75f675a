"""The plans that PostgreSQL makes of the statements of a block, for whoever asks: what they read and sort."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

Node = dict[str, Any]


@dataclass
class Plans:
    """The nodes of every plan, once the block is over."""

    nodes: list[Node] = field(default_factory=list)
    statements: int = 0

    @property
    def read_whole(self) -> set[str]:
        """The tables that a statement reads from end to end."""
        return {
            node["Relation Name"] for node in self.nodes if node["Node Type"].endswith("Seq Scan")
        }

    @property
    def largest_sort(self) -> int:
        """The most rows that a sort takes in."""
        sorts = (node for node in self.nodes if "Sort" in node["Node Type"])
        return max((int(node["Plans"][0]["Actual Rows"]) for node in sorts), default=0)


@contextlib.contextmanager
def plans_of(session: Session) -> Iterator[Plans]:
    """Explain every select of ``session`` in the block, run again under the same rights."""
    plans = Plans()
    asked: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object
    ) -> None:
        asked.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", note)
    plans.statements = len(asked)
    for statement, parameters in asked:
        explained = connection.exec_driver_sql(
            f"explain (analyze, format json) {statement}", parameters
        )
        (plan,) = explained.scalar_one()
        plans.nodes += _nodes(plan["Plan"])


@dataclass(frozen=True)
class Step:
    """A node of a plan: what it does, on which table, and how many rows it takes each time."""

    kind: str
    table: str
    rows: float


def steps_of(session: Session, block: Callable[[], object]) -> list[Step]:
    """Run ``block``, then explain and run again each statement it sent."""
    with plans_of(session) as plans:
        block()
    return [_step(node) for node in plans.nodes]


def _step(node: Node) -> Step:
    below = node.get("Plans", [])
    taken = below[0]["Actual Rows"] if below else node["Actual Rows"]
    return Step(node["Node Type"], node.get("Relation Name", ""), taken)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)
