"""Visits: what was found, and the note that a network reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_visit()
    _create_visit_note()


def downgrade() -> None:
    """Drop them."""
    for table in ("visit_note", "visit"):
        op.drop_table(table)


def _create_visit() -> None:
    """A contact with an establishment, and its verdict."""
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("case_id", sa.Integer),
        sa.Column("entry_id", sa.Integer),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("contact_result", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40)),
        sa.Column("nature", sa.String(40)),
        sa.Column("severity", sa.Integer),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name="fk_visit_author_id_agent"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_visit_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["detection_entry.id"], name="fk_visit_entry_id_detection_entry"
        ),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_visit_siren_company"),
        sa.ForeignKeyConstraint(
            ["siret"], ["establishment.siret"], name="fk_visit_siret_establishment"
        ),
        sa.CheckConstraint(
            "channel in ('sur_place', 'visio', 'telephone')", name=op.f("ck_visit_channel_known")
        ),
        sa.CheckConstraint(
            "contact_result in ('repondu', 'injoignable', 'refus')",
            name=op.f("ck_visit_contact_result_known"),
        ),
        sa.CheckConstraint("severity between 0 and 3", name=op.f("ck_visit_severity_0_to_3")),
        sa.CheckConstraint(
            "(contact_result = 'repondu') = (verdict is not null)",
            name=op.f("ck_visit_verdict_when_answered"),
        ),
    )
    op.create_index("ix_visit_case_id", "visit", ["case_id"])
    op.create_index("ix_visit_department", "visit", ["department"])
    op.create_index("ix_visit_siren_visited_on", "visit", ["siren", "visited_on"])
    in_reach = f"({rls.MY_DEPARTMENT} or {rls.MY_CASE_FIRM})"
    mine = f"author_id = {rls.ME} and {in_reach}"
    rls.protect("visit", read=in_reach, insert=mine, update=mine)
    rls.update_only(
        "visit", "visited_on", "channel", "contact_result", "verdict", "nature", "severity"
    )


def _create_visit_note() -> None:
    """What was said and what comes next, for its audience."""
    op.create_table(
        "visit_note",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("people_met", sa.Text, server_default="", nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("next_step", sa.Text, server_default="", nullable=False),
        sa.Column("next_step_on", sa.Date),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visit_note"),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name="fk_visit_note_author_id_agent"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_visit_note_network_id_network"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_visit_note_visit_id_visit"),
        sa.CheckConstraint("char_length(body) <= 10000", name=op.f("ck_visit_note_body_length")),
    )
    rls.protect("visit_note", read=rls.READABLE_TEXT, insert=rls.OWN_TEXT, update=rls.OWN_TEXT)
    rls.update_only("visit_note", "people_met", "body", "next_step", "next_step_on")
