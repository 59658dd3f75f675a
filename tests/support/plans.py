"""The plans that PostgreSQL makes of the statements of a block, for whoever asks: what they read and sort."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app import PAGE_LIMITS

Node = dict[str, Any]
#: what is sent besides what a page shows: who asks, the journal, a turn
ASIDE = re.compile(r"set_config|journal_append|pg_advisory|agent_session|^(?!\s*select)", re.I)


@dataclass(frozen=True)
class Step:
    """A node of a plan: what it does, on which table, how many rows it takes each time, and how many of these it throws away."""

    kind: str
    table: str
    rows: float
    thrown: float = 0


@dataclass
class Asked:
    """A statement, and how many rows it gave."""

    statement: str
    parameters: Any
    rows: int = 0


@dataclass
class Plans:
    """The statements of a block and, once it is over, the steps of their plans."""

    asked: list[Asked] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """How many statements there were."""
        return len(self.asked)

    @property
    def read_whole(self) -> set[str]:
        """The tables that a statement reads from end to end."""
        return {step.table for step in self.steps if step.kind.endswith("Seq Scan")}

    @property
    def largest_sort(self) -> float:
        """The most rows that a sort takes in."""
        return max((step.rows for step in self.steps if "Sort" in step.kind), default=0)

    def explain(self, connection: Connection) -> None:
        """Run again what was asked, under the rights and the settings of ``connection``, and note the steps."""
        for asked in self.asked:
            explained = connection.exec_driver_sql(
                f"explain (analyze, format json) {asked.statement}", asked.parameters
            )
            (plan,) = explained.scalar_one()
            self.steps += [_step(node) for node in _nodes(plan["Plan"])]


@contextlib.contextmanager
def plans_of(session: Session) -> Iterator[Plans]:
    """Explain every statement of ``session`` in the block, run again under the same rights."""
    connection = session.connection()
    with _noted(connection) as plans:
        yield plans
    plans.explain(connection)


@contextlib.contextmanager
def asked_of(engine: Engine) -> Iterator[Plans]:
    """Note what pages read in the block, over every connection: what tells who asks, and the journal, apart."""
    with _noted(engine) as plans:
        yield plans
    plans.asked = [asked for asked in plans.asked if not ASIDE.search(asked.statement)]


def limit_as_a_page(connection: Connection) -> None:
    """Give the transaction the settings of a page."""
    for name, value in re.findall(r"-c (\w+)=(\S+)", PAGE_LIMITS):
        connection.exec_driver_sql("select set_config(%s, %s, true)", (name, value))


@contextlib.contextmanager
def _noted(source: Connection | Engine) -> Iterator[Plans]:
    plans = Plans()

    def note(
        _connection: Connection, cursor: Any, statement: str, parameters: Any, *_: object
    ) -> None:
        plans.asked.append(Asked(statement, parameters, max(cursor.rowcount, 0)))

    event.listen(source, "after_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(source, "after_cursor_execute", note)


def _step(node: Node) -> Step:
    below = node.get("Plans", [])
    taken = below[0]["Actual Rows"] if below else node["Actual Rows"]
    thrown = node.get("Rows Removed by Filter", 0)
    return Step(node["Node Type"], node.get("Relation Name", ""), taken, thrown)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)
