"""Figures of a period, as counted and as told; reports of the convention and their files: frozen once written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
JSON = postgresql.JSONB
ZERO = sa.text("0")
LED = f"({rls.has_role('manager')} and {rls.HABILITATED})"
#: a report of the country has no département: administrators alone read it
IN_MY_ZONE = f"({rls.ADMINISTRATORS} or {LED} and {rls.IN_ZONE})"
OF_MINE = "exists (select from convention_report r where r.id = report_id)"
REFUSE = """
create function evidence_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'what is frozen is not rewritten';
end $$
"""
#: of what is told, only its publication is written later, once
TOLD = (
    "old.published_at is not null or row(old.period, old.since, old.until, old.figures, old.cells, old.masked, old.recoverable,"
    " old.frozen_at) is distinct from row(new.period, new.since, new.until, new.figures, new.cells, new.masked, new.recoverable,"
    " new.frozen_at)"
)


def upgrade() -> None:
    """Create the tables."""
    op.execute(REFUSE)
    _create_tally()
    _create_period()
    _create_report()
    _create_file()


def downgrade() -> None:
    """Drop them, and every report with them."""
    for table in ("report_file", "convention_report", "published_period", "period_tally"):
        op.drop_table(table)
    op.execute("drop function evidence_refuse()")


def _freeze(table: str, *acts: str) -> None:
    """Refuse these acts to everybody, the owner of the table included."""
    op.execute(
        f"create trigger evidence_refuse before {' or '.join(acts)} on {table}"
        " for each statement execute function evidence_refuse()"
    )


def _create_tally() -> None:
    """Read and written by the system alone."""
    op.create_table(
        "period_tally",
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("delays", JSON, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("period", name="pk_period_tally"),
    )
    rls.protect("period_tally", read="false")
    rls.revoke("period_tally", "update", "delete")
    _freeze("period_tally", "update", "delete", "truncate")


def _create_period() -> None:
    """Read by whoever reads reports; published by administrators; everybody else is shown what is published by Vigie itself."""
    op.create_table(
        "published_period",
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("cells", sa.Integer, nullable=False),
        sa.Column("masked", sa.Integer, nullable=False),
        sa.Column("recoverable", sa.Integer, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("published_at", MOMENT),
        sa.Column("published_by", sa.Integer),
        sa.PrimaryKeyConstraint("period", name="pk_published_period"),
        sa.ForeignKeyConstraint(
            ["period"], ["period_tally.period"], name="fk_published_period_period_period_tally"
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["agent.id"], name="fk_published_period_published_by_agent"
        ),
        sa.CheckConstraint(
            "recoverable = 0 and masked <= cells", name=op.f("ck_published_period_audited")
        ),
        sa.CheckConstraint(
            "(published_at is null) = (published_by is null)",
            name=op.f("ck_published_period_published_by_one"),
        ),
    )
    rls.protect(
        "published_period", read=f"({rls.ADMINISTRATORS} or {LED})", update=rls.ADMINISTRATORS
    )
    rls.update_only("published_period", "published_at", "published_by")
    rls.revoke("published_period", "delete")
    _freeze("published_period", "delete", "truncate")
    op.execute(
        "create trigger evidence_told before update on published_period"
        f" for each row when ({TOLD}) execute function evidence_refuse()"
    )


def _create_report() -> None:
    """Asked for by a manager in their zone, by administrators anywhere; carried by the worker."""
    op.create_table(
        "convention_report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("total", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("asked_by", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_convention_report"),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["agent.id"], name="fk_convention_report_asked_by_agent"
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_convention_report_state_known"),
        ),
        sa.CheckConstraint(
            "step in ('count', 'mask', 'write')", name=op.f("ck_convention_report_step_known")
        ),
        sa.CheckConstraint(
            "(region is null) = (cardinality(departments) = 0)",
            name=op.f("ck_convention_report_region_or_country"),
        ),
        sa.CheckConstraint(
            "done between 0 and total", name=op.f("ck_convention_report_done_of_total")
        ),
    )
    op.create_index(
        "uq_convention_report_period_region",
        "convention_report",
        ["period", sa.text("coalesce(region, '')")],
        unique=True,
    )
    rls.protect(
        "convention_report",
        read=IN_MY_ZONE,
        insert=f"asked_by = {rls.ME} and {IN_MY_ZONE}",
        update=IN_MY_ZONE,
    )
    rls.update_only(
        "convention_report", "state", "step", "done", "total", "started_at", "finished_at", "error"
    )
    rls.revoke("convention_report", "delete")


def _create_file() -> None:
    """Read with its report; written by the worker, rewritten by nobody."""
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("report_id", sa.Integer, nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_report_file"),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["convention_report.id"],
            name="fk_report_file_report_id_convention_report",
        ),
        sa.CheckConstraint(
            "format in ('pdf', 'docx', 'xlsx', 'csv', 'dictionnaire')",
            name=op.f("ck_report_file_format_known"),
        ),
        sa.CheckConstraint(
            "size = octet_length(content)", name=op.f("ck_report_file_size_counted")
        ),
        sa.CheckConstraint(
            "sha256 = encode(sha256(content), 'hex')", name=op.f("ck_report_file_digested")
        ),
    )
    op.create_index(
        "uq_report_file_report_id_format", "report_file", ["report_id", "format"], unique=True
    )
    rls.protect("report_file", read=OF_MINE)
    rls.revoke("report_file", "update", "delete")
    _freeze("report_file", "update", "delete", "truncate")
