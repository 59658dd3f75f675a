"""Read all that is kept of an object: the rows that would be eliminated with it, as they are, and its files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.records.retention.models import KeptObject

COMMENTS = {
    KeptObject.CASE: "select id from comment where case_id = :number",
    KeptObject.COMMENT: "select cast(:number as integer)",
    KeptObject.VISIT: "select null::integer",
}
VISITS = {
    KeptObject.CASE: "select id from visit where case_id = :number",
    KeptObject.COMMENT: "select null::integer",
    KeptObject.VISIT: "select cast(:number as integer)",
}
#: of every object: the table, and which of its rows
TEXTS = (
    ("comment", "id in ({comments})"),
    ("comment_version", "comment_id in ({comments})"),
    ("comment_mention", "comment_id in ({comments})"),
    ("visit", "id in ({visits})"),
    ("visit_note", "visit_id in ({visits})"),
    ("attachment", "comment_id in ({comments}) or visit_id in ({visits})"),
)
#: of an accompagnement
CASE = (
    ("support_case", "id = :number"),
    ("case_member", "case_id = :number"),
    ("case_state_change", "case_id = :number"),
    ("case_change", "case_id = :number"),
    ("case_value", "case_id = :number"),
    ("case_measure", "case_id = :number"),
    ("case_summary", "case_id = :number"),
    ("case_summary_version", "summary_id in (select id from case_summary where case_id = :number)"),
    ("case_outcome", "case_id = :number"),
    ("case_handover_line", "case_id = :number"),
    ("deadline", "case_id = :number or visit_id in ({visits})"),
)
#: what the numbers of these rows stand for
NAMES = {
    "agents": "select id, first_name || ' ' || last_name as name, administration from agent order by id",
    "networks": "select id, label from network order by id",
    "values": "select id, list_code, label from list_value order by id",
}
FILES = (
    "select a.id, a.name, a.sha256, c.content from attachment a join attachment_content c on c.attachment_id = a.id"
    " where a.comment_id in ({comments}) or a.visit_id in ({visits}) order by a.id"
)


def contents(session: Session, about: KeptObject, number: int) -> Mapping[str, Sequence[Any]]:
    """Return the rows of an object by table, as JSON would say them; tables without a row are left out. For the system."""
    tables = (*CASE, *TEXTS) if about is KeptObject.CASE else TEXTS
    if about is KeptObject.VISIT:
        tables = (*tables, ("deadline", "visit_id in ({visits})"))
    found = {}
    for table, which in tables:
        statement = f"select to_jsonb(t) from {table} t where {_among(about, which)}"
        found[table] = session.scalars(text(statement), {"number": number}).all()
    return {table: rows for table, rows in found.items() if rows}


def files(session: Session, about: KeptObject, number: int) -> Iterator[tuple[int, str, bytes]]:
    """Yield the number, the name and the bytes of each file of an object, one in memory at a time. For the system."""
    statement = text(_among(about, FILES)).execution_options(yield_per=1)
    for row in session.execute(statement, {"number": number}):
        yield row.id, row.name, row.content


def names(session: Session) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what numbers stand for: agents, networks, values of lists. For the system."""
    return {
        kind: [dict(row) for row in session.execute(text(statement)).mappings()]
        for kind, statement in NAMES.items()
    }


def _among(about: KeptObject, which: str) -> str:
    return which.format(comments=COMMENTS[about], visits=VISITS[about])
