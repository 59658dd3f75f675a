"""Sittings: the agenda of a network, what is decided of each firm, the échéances that follow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KIND = "sittings:item:examined"
KNOWN_KINDS = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
#: row-level security gives, of the sittings, those that whoever asks reads
OF_SITTING = "exists (select from sitting s where s.id = sitting_id{})"
OPEN = OF_SITTING.format(" and s.closed_at is null")
#: being on an agenda drawn from alerts says that there is one
KNOWN = OF_SITTING.format(
    f" and (s.nature is null or sitting_item.departments && {rls.zone_of('s.nature')})"
)
OF_ITEM = "exists (select from sitting_item i where i.id = item_id)"
#: where a firm works is what Vigie knows, whatever is told
ITS_PLACES = "exists (select from company k where k.siren = sitting_item.siren and k.departments = sitting_item.departments)"


def upgrade() -> None:
    """Create the tables."""
    _create_sitting()
    _create_item()
    op.create_table(
        "sitting_task",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("deadline_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "deadline_id", name="pk_sitting_task"),
        *_keys("sitting_task", item_id="sitting_item", deadline_id="deadline"),
    )
    rls.protect("sitting_task", read=OF_ITEM, insert=OF_ITEM)
    rls.revoke("sitting_task", "update", "delete")
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Drop them: the échéances that they gave stay."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind = '{KIND}'"
    )
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.execute(AS_NOBODY)
    for table in ("sitting_task", "sitting_item", "sitting"):
        op.drop_table(table)
    _hold_kinds([kind for kind in _kinds() if kind != KIND])


def _create_sitting() -> None:
    """Read by its network where it sits; called in one's own name; changed until its minutes are settled."""
    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("place", sa.Text, nullable=False, server_default=""),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("nature", sa.String(40)),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sitting"),
        *_keys("sitting", network_id="network", author_id="agent"),
        sa.CheckConstraint(
            f"nature in ({', '.join(map(repr, rls.NATURES))})", name=op.f("ck_sitting_nature_known")
        ),
        sa.CheckConstraint(
            "char_length(label) between 1 and 120", name=op.f("ck_sitting_label_length")
        ),
        sa.CheckConstraint("char_length(place) <= 120", name=op.f("ck_sitting_place_length")),
    )
    op.create_index("ix_sitting_network_id", "sitting", ["network_id"])
    read = f"{rls.MY_NETWORK} and {rls.IN_ZONE}"
    rls.protect(
        "sitting",
        read=read,
        insert=f"author_id = {rls.ME} and {rls.MY_NETWORK} and departments <@ (select vigie_departments())::text[]",
        update=(
            f"{read} and closed_at is null",
            f"{read} and (closed_at is null or author_id = {rls.ME})",
        ),
    )
    rls.update_only("sitting", "label", "held_on", "place", "closed_at")
    rls.revoke("sitting", "delete")


def _create_item() -> None:
    """Read by whoever reads the sitting, where the firm works; written by them until the minutes are settled."""
    op.create_table(
        "sitting_item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sitting_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("speaker_id", sa.Integer),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("outcome", sa.String(40)),
        sa.Column("decision", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("added_by", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sitting_item"),
        sa.UniqueConstraint("sitting_id", "siren", name="uq_sitting_item_sitting_id_siren"),
        sa.UniqueConstraint(
            "sitting_id",
            "place",
            name="uq_sitting_item_sitting_id_place",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_sitting_item_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        *_keys("sitting_item", sitting_id="sitting", speaker_id="agent", added_by="agent"),
        sa.CheckConstraint(
            "outcome in ('examinee', 'reportee', 'retiree')",
            name=op.f("ck_sitting_item_outcome_known"),
        ),
        sa.CheckConstraint("char_length(note) <= 10000", name=op.f("ck_sitting_item_note_length")),
        sa.CheckConstraint(
            "char_length(decision) <= 10000", name=op.f("ck_sitting_item_decision_length")
        ),
    )
    op.create_index("ix_sitting_item_siren", "sitting_item", ["siren"])
    read = f"{rls.IN_REACH} and {KNOWN}"
    written = f"{read} and {OPEN}"
    rls.protect(
        "sitting_item",
        read=read,
        insert=f"added_by = {rls.ME} and {written} and {ITS_PLACES}",
        update=written,
        delete=f"{written} and outcome is null",
    )
    rls.update_only("sitting_item", "place", "speaker_id", "note", "outcome", "decision", "version")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns.items()
    ]


def _kinds() -> list[str]:
    """The kinds of events that the feed holds, as the constraint says them."""
    return list(op.get_bind().scalars(sa.text(KNOWN_KINDS)))


def _hold_kinds(kinds: list[str]) -> None:
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.create_check_constraint(
        op.f("ck_feed_event_kind_known"),
        "feed_event",
        f"kind in ({', '.join(map(repr, kinds))})",
    )
