"""Counting who would read looks at each table once, however many agents the country has."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import event, text

from app.companies.models import Company
from app.extensions import db
from app.network.comments.readers import audiences_of
from tests.factories.network import system, working_as
from tests.factories.people import World

MANY = 3_000
CROWD = (
    ("insert into agent (email, first_name, last_name, administration, fs_uniquifier)"
    f" select 'a' || n || '@x.invalid', 'A' || n, 'Fictif', 'urssaf', 'u' || n from generate_series(1, {MANY}) n"),
    "insert into membership select a.id, n.id from agent a, network n where n.code = 'codefi' and a.email like '%@x.invalid'",
    ("insert into habilitation (agent_id, zone_code, natures, function, starts_on, ends_on, requested_by, validated_by)"
    " select a.id, (array['21', '25', '58', '75', '71'])[1 + a.id % 5], '{score}', 'x', current_date - 1, current_date + 9, a.id, 1"
    " from agent a where a.email like '%@x.invalid'"),
    "analyze agent", "analyze membership", "analyze habilitation",
)  # fmt: skip


def test_no_table_is_looked_at_again_for_each_agent(world: World) -> None:
    with system() as session:
        for statement in CROWD:
            session.execute(text(statement))
    plans: list[dict[str, Any]] = []

    def explain(conn, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def]
        if "count(DISTINCT" in statement:
            with conn.connection.driver_connection.cursor() as other:
                other.execute(f"explain (analyze, format json) {statement}", parameters)
                plans.extend(plan["Plan"] for plan in other.fetchone()[0])

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        with working_as(world.bob) as (session, who):
            company = session.get_one(Company, world.siren_21)
            told = audiences_of(session, who, company.siren, company.departments)
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    assert max(sum(audience.counts.values()) for audience in told) >= MANY // 5
    (plan,) = plans
    scans = {node["Relation Name"]: node["Actual Loops"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}  # fmt: skip
    assert "habilitation" in scans
    assert max(scans.values()) == 1, scans


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and all those below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
