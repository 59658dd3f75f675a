"""Batches: checks, decisions of people, coverage, progress; series in partitions that are swapped"""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RIGHTS = runpy.run_path(str(Path(__file__).with_name("0009_rights.py")))
FORMER_STATES = ("loading", "published", "failed")
STATES = (*FORMER_STATES, "waiting", "abandoned", "withdrawn")
LEVELS = "('green', 'orange', 'red')"
OF_A_VISIBLE_BATCH = "exists (select from batch b where b.id = batch_id)"

#: (who reads, who inserts, who updates, who deletes)
POLICIES = {
    "batch_check": (OF_A_VISIBLE_BATCH, None, None, None),
    "batch_decision": (
        OF_A_VISIBLE_BATCH,
        f"agent_id = {RIGHTS['ME']} and {RIGHTS['ADMINISTRATORS']}",
        None,
        None,
    ),
    "source_coverage": (RIGHTS["ADDED"]["batch"][0], None, None, None),
}

#: one partition for each first digit: bounds that a check can prove beforehand, which a hash cannot
PARTS = 10
# pg_temp stands last: listed nowhere, it would come first.
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
FOR_THE_SYSTEM = """
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only an import replaces the series';
    end if;
"""

BOUNDS = """
create function series_bounds(part integer) returns text language sql immutable as $$
    select format('from (%s) to (%s)',
        case part when 0 then 'minvalue' else quote_literal(part) end,
        case part when 9 then 'maxvalue' else quote_literal(part + 1) end)
$$
"""

# A partition is reached through its table, whose policies decide: nobody holds a privilege on it.
CLOSE = f"""
create function series_close(part text) returns void language plpgsql {DEFINER} as $$
begin
    execute format('revoke all on public.%I from "APPLICATION"', part);
end $$
"""

# The application may only pour rows in: what is staged is read by nobody.
STAGE = f"""
create function series_stage() returns void language plpgsql {DEFINER} as $$
begin
    {FOR_THE_SYSTEM}
    create table public.company_series_next
        (like public.company_series including defaults including constraints) partition by range (siret);
    perform public.series_close('company_series_next');
    grant insert on public.company_series_next to "APPLICATION";
    for part in 0 .. {PARTS - 1} loop
        execute format('create table public.company_series_next_%s partition of public.company_series_next'
            ' for values %s', part, public.series_bounds(part));
        perform public.series_close('company_series_next_' || part);
    end loop;
end $$
"""

# Everything slow comes first: indexes, statistics, and the proof that rows are in their partition, which spares a
# reading of the table under the lock. The lock is asked in short tries, so that readers never queue long behind it.
SWAP = f"""
create function series_swap() returns void language plpgsql {DEFINER} as $$
declare
    next text;
    tries integer := 0;
begin
    {FOR_THE_SYSTEM}
    for part in 0 .. {PARTS - 1} loop
        next := 'company_series_next_' || part;
        execute format('alter table public.company_series_next detach partition public.%I', next);
        execute format('alter table public.%I add primary key (siret, code)', next);
        execute format('create index on public.%I (siren)', next);
        execute format('alter table public.%I add constraint in_its_part check'
            ' ((%L or siret >= %L) and (%L or siret < %L))', next, part = 0, part, part = 9, part + 1);
        execute format('analyze public.%I', next);
    end loop;
    set local lock_timeout = '2s';
    loop
        begin
            lock table public.company_series in access exclusive mode;
            exit;
        exception when lock_not_available then
            tries := tries + 1;
            if tries = 200 then
                raise;
            end if;
            perform pg_sleep(1);
        end;
    end loop;
    set local lock_timeout = 0;
    for part in 0 .. {PARTS - 1} loop
        next := 'company_series_next_' || part;
        execute format('drop table public.company_series_part_%s', part);
        execute format('alter table public.company_series attach partition public.%I for values %s',
            next, public.series_bounds(part));
        execute format('alter table public.%I drop constraint in_its_part', next);
        execute format('alter table public.%I rename to company_series_part_%s', next, part);
    end loop;
    drop table public.company_series_next;
end $$
"""
FUNCTIONS = {
    "series_bounds(integer)": BOUNDS,
    "series_close(text)": CLOSE,
    "series_stage()": STAGE,
    "series_swap()": SWAP,
}


def upgrade() -> None:
    _widen_batch()
    _create_tables()
    for table, policy in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table}"
            f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
        )
        RIGHTS["_create"](table, policy)
    app_role = context.get_context().opts["app_role"]
    for signature, source in FUNCTIONS.items():
        op.execute(source.replace("APPLICATION", app_role))
        op.execute(f"revoke execute on function {signature} from public")
    for signature in ("series_stage()", "series_swap()"):
        op.execute(f'grant execute on function {signature} to "{app_role}"')
    _rebuild_series(" partition by range (siret)")
    bounds = ["minvalue", *(f"'{digit}'" for digit in range(1, PARTS)), "maxvalue"]
    for part in range(PARTS):
        op.execute(
            f"create table company_series_part_{part} partition of company_series"
            f" for values from ({bounds[part]}) to ({bounds[part + 1]})"
        )
        op.execute(f"select series_close('company_series_part_{part}')")
    _pour_series()


def downgrade() -> None:
    _rebuild_series("")
    _pour_series()
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.drop_table("source_coverage")
    op.drop_table("batch_decision")
    op.drop_table("batch_check")
    op.drop_constraint(op.f("ck_batch_level_known"), "batch")
    op.drop_constraint(op.f("fk_batch_replays_batch"), "batch")
    for column in ("is_held", "replays", "level", "progress"):
        op.drop_column("batch", column)
    op.drop_constraint(op.f("ck_batch_state_known"), "batch")
    # What the former version has no word for was not published.
    op.execute("update batch set state = 'failed' where state in ('waiting', 'abandoned', 'withdrawn')")
    op.create_check_constraint(op.f("ck_batch_state_known"), "batch", f"state in {FORMER_STATES}")


def _widen_batch() -> None:
    op.drop_constraint(op.f("ck_batch_state_known"), "batch")
    op.create_check_constraint(op.f("ck_batch_state_known"), "batch", f"state in {STATES}")
    op.add_column("batch", sa.Column("is_held", sa.Boolean, server_default=sa.text("false"), nullable=False))
    op.add_column("batch", sa.Column("replays", sa.Text))
    op.add_column("batch", sa.Column("level", sa.String(40)))
    op.add_column("batch", sa.Column("progress", postgresql.JSONB, server_default="{}", nullable=False))
    op.create_check_constraint(op.f("ck_batch_level_known"), "batch", f"level in {LEVELS}")
    op.create_foreign_key(op.f("fk_batch_replays_batch"), "batch", "batch", ["replays"], ["id"])


def _create_tables() -> None:
    op.create_table(
        "batch_check",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "source_label", "name", "label", "unit")),
        sa.Column("level", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("measure", "orange", "red")),
        sa.Column("before", sa.Float),
        sa.Column("now", sa.Float),
        sa.Column("detail", sa.Text),
        sa.CheckConstraint(f"level in {LEVELS}", name=op.f("ck_batch_check_level_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_check_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_check")),
    )
    op.create_index("ix_batch_check_batch_id", "batch_check", ["batch_id"])
    op.create_table(
        "batch_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Integer),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.CheckConstraint("kind in ('publish', 'abandon', 'replay', 'rollback')", name=op.f("ck_batch_decision_kind_known")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_batch_decision_reasoned")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_batch_decision_agent_id_agent")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_decision_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_decision")),
    )
    op.create_index("ix_batch_decision_batch_id", "batch_decision", ["batch_id"])
    op.create_index(
        "uq_batch_decision_open", "batch_decision", ["batch_id"],
        unique=True, postgresql_where=sa.text("done_at is null"),
    )  # fmt: skip
    op.create_table(
        "source_coverage",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("rows", postgresql.ARRAY(sa.BigInteger), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_coverage")),
    )


def _rebuild_series(partitioning: str) -> None:
    """Make the table anew under the same name, protected as it was; the former one waits to be poured into it."""
    op.execute("alter table company_series rename to company_series_former")
    op.execute("alter table company_series_former rename constraint pk_company_series to pk_former")
    op.execute("alter index ix_company_series_siren rename to ix_former")
    op.execute(
        "create table company_series (like company_series_former including defaults including constraints)"
        + partitioning
    )
    op.execute("alter table company_series add constraint pk_company_series primary key (siret, code)")
    op.create_index("ix_company_series_siren", "company_series", ["siren"])
    op.execute("alter table company_series enable row level security")
    op.execute("alter table company_series force row level security")
    op.execute(
        "create policy company_series_system on company_series"
        f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
    )
    RIGHTS["_create"]("company_series", RIGHTS["POLICIES"]["company_series"])


def _pour_series() -> None:
    op.execute("alter table company_series no force row level security")
    op.execute("alter table company_series_former no force row level security")
    op.execute("insert into company_series select * from company_series_former")
    op.execute("alter table company_series force row level security")
    op.execute("drop table company_series_former")
