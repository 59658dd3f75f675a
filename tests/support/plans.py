"""How PostgreSQL runs the statements of a block: each is explained after it ran, in the same transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Step:
    """A node of a plan: what it does, on which table, and how many rows it takes each time."""

    kind: str
    table: str
    rows: float


def steps_of(session: Session, block: Callable[[], object]) -> list[Step]:
    """Run ``block``, then explain and run again each statement it sent."""
    connection = session.connection()
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, values: Any, *_rest: object) -> None:
        sent.append((text, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        block()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    steps: list[Step] = []
    for text, values in sent:
        explained = connection.exec_driver_sql(f"explain (analyze, format json) {text}", values)
        steps += _steps(explained.scalar_one()[0]["Plan"])
    return steps


def _steps(node: dict[str, Any]) -> Iterator[Step]:
    below = node.get("Plans", [])
    taken = below[0]["Actual Rows"] if below else node["Actual Rows"]
    yield Step(node["Node Type"], node.get("Relation Name", ""), taken)
    for part in below:
        yield from _steps(part)
