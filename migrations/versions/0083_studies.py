"""Studies of the effect: registered before they are read, read once on their day, never rewritten by anybody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
OUTCOMES = ("procedure", "liquidation", "emplois", "dette", "fermeture")
VERDICTS = ("favorable", "defavorable", "non_concluant")
TODAY = "(clock_timestamp() at time zone 'Europe/Paris')::date"
READERS = rls.has_role("manager", "data_scientist")
#: the day on which the row is written, as the constraint says it
REGISTERED_ON = "(registered_at at time zone 'Europe/Paris')::date"
FIRST_OF_QUARTER = "extract(day from {0}) = 1 and extract(month from {0}) in (1, 4, 7, 10)"

REFUSE = """
create function impact_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'a registered study and what it found are never rewritten';
end $$
"""
WAIT = f"""
create function impact_wait() returns trigger language plpgsql as $$
declare
    study public.impact_study;
begin
    select * into study from public.impact_study where id = new.study_id;
    -- whoever does not see the study writes nothing of it: row-level security, then the foreign key, refuse
    if study.frozen_on > {TODAY} then
        raise exception 'a study is not read before its date';
    end if;
    if not new.horizon = any (study.horizons) then
        raise exception 'a study is read at the horizons that were registered';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Create the tables, and refuse in SQL what must never happen."""
    _create_study()
    _create_result()
    op.execute(REFUSE)
    op.execute(WAIT)
    for table in ("impact_study", "impact_result"):
        op.execute(
            f"create trigger {table}_refuse before update or delete or truncate on {table}"
            " for each statement execute function impact_refuse()"
        )
        rls.revoke(table, "update", "delete", "truncate")
    op.execute(
        "create trigger impact_result_wait before insert on impact_result"
        " for each row execute function impact_wait()"
    )


def downgrade() -> None:
    """Drop them: the former version measures nothing."""
    op.drop_table("impact_result")
    op.drop_table("impact_study")
    op.execute("drop function impact_wait()")
    op.execute("drop function impact_refuse()")


def _create_study() -> None:
    """Registered by data scientists in their own name, or by the calendar; read by them and by managers."""
    op.create_table(
        "impact_study",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("cohort_from", sa.Date, nullable=False),
        sa.Column("cohort_to", sa.Date, nullable=False),
        sa.Column("horizons", postgresql.ARRAY(sa.Integer), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("frozen_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("world", postgresql.JSONB),
        sa.Column("registered_by", sa.Integer),
        sa.Column("registered_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_impact_study"),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["agent.id"], name="fk_impact_study_registered_by_agent"
        ),
        *_checks(
            "impact_study",
            outcome_known=f"outcome in ({', '.join(map(repr, OUTCOMES))})",
            title_length="char_length(title) between 1 and 120",
            note_length="char_length(note) between 1 and 2000",
            cohort_in_order="cohort_from <= cohort_to",
            whole_quarters=f"{FIRST_OF_QUARTER.format('cohort_from')} and {FIRST_OF_QUARTER.format('cohort_to')}",
            horizons_known="cardinality(horizons) > 0 and horizons <@ array[12, 18, 24]",
            registered_before_read=f"frozen_on >= {REGISTERED_ON}",
        ),
    )
    op.create_index(
        "uq_impact_study_question",
        "impact_study",
        [
            "outcome",
            "cohort_from",
            "cohort_to",
            "departments",
            sa.text("coalesce(world, '{}'::jsonb)"),
        ],
        unique=True,
    )
    rls.protect(
        "impact_study",
        read=READERS,
        insert=f"registered_by = {rls.ME} and {rls.SCIENTISTS} and world is null",
    )


def _create_result() -> None:
    """Written by the system alone, on the day of the study or after."""
    op.create_table(
        "impact_result",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("study_id", sa.Integer, nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("needed", sa.Text, nullable=False),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.Column("details", postgresql.JSONB, nullable=False),
        sa.Column("truth", sa.Double),
        sa.Column("code_version", sa.Text, nullable=False),
        sa.Column("data_version", sa.Text, nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_impact_result"),
        sa.UniqueConstraint("study_id", "horizon", name="uq_impact_result_study_id_horizon"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["impact_study.id"], name="fk_impact_result_study_id_impact_study"
        ),
        *_checks(
            "impact_result",
            verdict_known=f"verdict in ({', '.join(map(repr, VERDICTS))})",
            refused_without_figure="refusal = '' or (details = '{}'::jsonb and truth is null and verdict = 'non_concluant')",
        ),
    )
    rls.protect("impact_result", read=READERS)


def _checks(table: str, **conditions: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in conditions.items()
    ]
