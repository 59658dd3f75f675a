"""The network: comments, the feed, notifications, follows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_comment()
    _create_comment_version()
    _create_feed_event()
    _create_notification()
    _create_follow()


def downgrade() -> None:
    """Drop them."""
    for table in ("follow", "notification", "feed_event", "comment_version", "comment"):
        op.drop_table(table)


def _create_comment() -> None:
    """A text on a firm, read by its audience only."""
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("case_id", sa.Integer),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name="fk_comment_author_id_agent"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_comment_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_comment_network_id_network"
        ),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_comment_siren_company"),
        sa.CheckConstraint(
            "char_length(body) between 1 and 10000", name=op.f("ck_comment_body_length")
        ),
    )
    op.create_index("ix_comment_case_id", "comment", ["case_id"])
    op.create_index("ix_comment_siren_created_at", "comment", ["siren", "created_at"])
    rls.protect("comment", read=rls.READABLE_TEXT, insert=rls.OWN_TEXT, update=rls.OWN_TEXT)
    rls.update_only("comment", "body", "edited_at", "deleted_at")


def _create_comment_version() -> None:
    """What a comment said before it was edited."""
    op.create_table(
        "comment_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("replaced_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment_version"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_version_comment_id_comment"
        ),
    )
    op.create_index("ix_comment_version_comment_id", "comment_version", ["comment_id"])
    rls.protect(
        "comment_version",
        read="exists (select from comment c where c.id = comment_id)",
        insert=f"exists (select from comment c where c.id = comment_id and c.author_id = {rls.ME})",
    )


def _create_feed_event() -> None:
    """Something that happened around a firm, for the timeline and the feeds of those who may read it."""
    op.create_table(
        "feed_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("network_id", sa.Integer),
        sa.Column("nature", sa.Text),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer),
        sa.Column("details", postgresql.JSONB, server_default="{}", nullable=False),
        sa.Column("occurred_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_event"),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"], name="fk_feed_event_actor_id_agent"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_feed_event_network_id_network"
        ),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_feed_event_siren_company"),
    )
    op.create_index("ix_feed_event_occurred_at_id", "feed_event", ["occurred_at", "id"])
    op.create_index("ix_feed_event_siren_occurred_at", "feed_event", ["siren", "occurred_at"])
    for_my_network = f"(network_id is null or {rls.MY_NETWORK})"
    of_its_nature = rls.of_nature("nature", rls.zone_of("nature"))
    rls.protect(
        "feed_event",
        read=f"{for_my_network} and case when nature is null then {rls.IN_REACH} else {of_its_nature} end",
        insert=f"actor_id = {rls.ME} and {rls.IN_REACH} and {for_my_network}",
    )


def _create_notification() -> None:
    """A feed event brought to one agent, and why."""
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("emailed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_notification_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["feed_event.id"], name="fk_notification_event_id_feed_event"
        ),
        sa.UniqueConstraint("agent_id", "event_id", name="uq_notification_agent_id_event_id"),
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["agent_id", "id"],
        postgresql_where=sa.text("read_at is null"),
    )
    rls.protect("notification", read=rls.MINE, update=rls.MINE)
    rls.update_only("notification", "read_at", "emailed_at")


def _create_follow() -> None:
    """An agent follows a firm."""
    op.create_table(
        "follow",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "siren", name="pk_follow"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_follow_agent_id_agent"),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_follow_siren_company"),
        sa.CheckConstraint(
            "level in ('all', 'mentions', 'nothing')", name=op.f("ck_follow_level_known")
        ),
    )
    op.create_index("ix_follow_siren", "follow", ["siren"])
    rls.protect("follow", read=rls.MINE, insert=rls.MINE, update=rls.MINE, delete=rls.MINE)
