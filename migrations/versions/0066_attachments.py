"""Files joined to comments and to the notes of visits: whoever reads the text reads them."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KIND = "network:attachment:added"
KNOWN_KINDS = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
#: row-level security gives, of the texts, those that whoever asks reads; one that was deleted is its author's alone
OF_COMMENT = "exists (select from comment c where c.id = comment_id{})"
OF_NOTE = "exists (select from visit_note n where n.visit_id = attachment.visit_id{})"
READ_TEXT = f"({OF_COMMENT.format(f' and (c.deleted_at is null or c.author_id = {rls.ME})')} or {OF_NOTE.format('')})"
OWN_TEXT = (
    f"({OF_COMMENT.format(f' and c.deleted_at is null and c.author_id = {rls.ME}')}"
    f" or {OF_NOTE.format(f' and n.author_id = {rls.ME}')})"
)
MINE = f"author_id = {rls.ME}"
OF_ATTACHMENT = "exists (select from attachment a where a.id = attachment_id{})"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("comment_id", sa.Integer),
        sa.Column("visit_id", sa.Integer),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("removed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_attachment_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit_note.visit_id"], name="fk_attachment_visit_id_visit_note"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name="fk_attachment_author_id_agent"),
        sa.CheckConstraint(
            "num_nonnulls(comment_id, visit_id) = 1", name=op.f("ck_attachment_of_one_text")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_attachment_version_counted")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_counted")),
    )
    for text in ("comment_id", "visit_id"):
        op.create_index(
            f"uq_attachment_{text}_version",
            "attachment",
            [text, "version"],
            unique=True,
            postgresql_where=sa.text(f"{text} is not null"),
        )
    rls.protect(
        "attachment",
        read=f"({MINE} or removed_at is null) and {READ_TEXT}",
        insert=f"{MINE} and {OWN_TEXT}",
        update=f"{MINE} and {READ_TEXT}",
    )
    rls.update_only("attachment", "removed_at")
    rls.revoke("attachment", "delete")
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachment_content"),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name="fk_attachment_content_attachment_id_attachment",
        ),
    )
    # A PDF or a picture is compressed already.
    op.execute("alter table attachment_content alter column content set storage external")
    rls.protect(
        "attachment_content",
        read=OF_ATTACHMENT.format(""),
        insert=OF_ATTACHMENT.format(f" and a.author_id = {rls.ME}"),
    )
    rls.revoke("attachment_content", "update", "delete")
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Drop them, and every file with them."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind = '{KIND}'"
    )
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.execute(AS_NOBODY)
    op.drop_table("attachment_content")
    op.drop_table("attachment")
    _hold_kinds([kind for kind in _kinds() if kind != KIND])


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
