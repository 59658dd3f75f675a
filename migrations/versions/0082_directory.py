"""The directory of those to whom the need of a firm is put: institutions, antennes, experts, what they do and where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TABLES = (
    "referral_fallback", "expert_absence", "competence", "expert", "antenne_manager", "antenne", "institution",
    "referral_subject", "referral_theme",
)  # fmt: skip
#: the directory names no firm: whoever works on firms reads it, and those who keep it
READ = f"({rls.HABILITATED} or {rls.ADMINISTRATORS})"
OF_EXPERT = "exists (select from expert e where e.id = expert_id and {})"
ONESELF = f"exists (select from expert e where e.id = expert_id and e.agent_id = {rls.ME})"
NAME = "char_length(name) between 1 and 160"


def upgrade() -> None:
    """Create the tables: nothing is ever deleted."""
    _create_subjects()
    _create_antennes()
    _create_experts()
    _create_competences()
    _create_absences()
    _create_fallbacks()
    for table in TABLES:
        rls.revoke(table, "delete")


def downgrade() -> None:
    """Drop them; who changes an antenne is said by a table that refers to it."""
    rls.drop_policy("antenne", "update")
    for table in TABLES:
        op.drop_table(table)


def _create_subjects() -> None:
    op.create_table(
        "referral_theme",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.UniqueConstraint("label", name="uq_referral_theme_label"),
    )
    op.create_table(
        "referral_subject",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("theme_id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("archived_at", MOMENT),
        sa.UniqueConstraint("label", name="uq_referral_subject_label"),
        *_keys("referral_subject", theme_id="referral_theme"),
    )
    op.create_index("ix_referral_subject_theme_id", "referral_subject", ["theme_id"])
    for table in ("referral_theme", "referral_subject"):
        rls.protect(table, read=READ, insert=rls.ADMINISTRATORS, update=rls.ADMINISTRATORS)


def _create_antennes() -> None:
    op.create_table(
        "institution",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("archived_at", MOMENT),
        sa.CheckConstraint(NAME, name=op.f("ck_institution_name_length")),
    )
    op.create_index("uq_institution_name", "institution", [sa.text("lower(name)")], unique=True)
    rls.protect("institution", read=READ, insert=rls.ADMINISTRATORS, update=rls.ADMINISTRATORS)
    op.create_table(
        "antenne",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("institution_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        *_served(),
        sa.Column("most", sa.Integer),
        *_entry(),
        *_keys("antenne", institution_id="institution"),
        sa.CheckConstraint(NAME, name=op.f("ck_antenne_name_length")),
        sa.CheckConstraint("most > 0", name=op.f("ck_antenne_most_positive")),
    )
    op.create_index(
        "uq_antenne_name", "antenne", ["institution_id", sa.text("lower(name)")], unique=True
    )
    op.create_table(
        "antenne_manager",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("antenne_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("removed_at", MOMENT),
        *_keys("antenne_manager", antenne_id="antenne", agent_id="agent"),
    )
    op.create_index("ix_antenne_manager_agent_id", "antenne_manager", ["agent_id"])
    op.create_index(
        "uq_antenne_manager_current", "antenne_manager", ["antenne_id", "agent_id"], unique=True,
        postgresql_where=sa.text("removed_at is null"),
    )  # fmt: skip
    rls.protect("antenne_manager", read=READ, insert=rls.ADMINISTRATORS, update=rls.ADMINISTRATORS)
    rls.update_only("antenne_manager", "removed_at")
    rls.protect(
        "antenne", read=READ, insert=rls.ADMINISTRATORS, update=_keeps("antenne.id")
    )  # fmt: skip
    rls.update_only("antenne", "name", "areas", "criteria", "most", "source", "verified_on", "archived_at")  # fmt: skip


def _create_experts() -> None:
    op.create_table(
        "expert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("antenne_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_sort", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("telephone", sa.Text, nullable=False, server_default=""),
        sa.Column("agent_id", sa.Integer),
        *_served(),
        sa.Column("capacity", sa.Integer),
        *_entry(),
        *_keys("expert", antenne_id="antenne", agent_id="agent"),
        sa.CheckConstraint("kind in ('personne', 'boite')", name=op.f("ck_expert_kind_known")),
        sa.CheckConstraint(NAME, name=op.f("ck_expert_name_length")),
        sa.CheckConstraint("char_length(email) between 3 and 254", name=op.f("ck_expert_email_length")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_expert_capacity_positive")),
    )  # fmt: skip
    op.create_index("uq_expert_email", "expert", ["antenne_id", sa.text("lower(email)")], unique=True)  # fmt: skip
    op.create_index("ix_expert_name_sort", "expert", ["name_sort", "id"])
    op.create_index("ix_expert_agent_id", "expert", ["agent_id"])
    op.create_index("ix_expert_areas", "expert", ["areas"], postgresql_using="gin")
    keeps = _keeps("expert.antenne_id")
    rls.protect("expert", read=READ, insert=keeps, update=keeps)
    rls.update_only(
        "expert", "kind", "name", "name_sort", "email", "telephone", "agent_id", "areas", "criteria", "capacity",
        "source", "verified_on", "archived_at",
    )  # fmt: skip


def _create_competences() -> None:
    op.create_table(
        "competence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("expert_id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("service", sa.Text, nullable=False, server_default=""),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("ended_at", MOMENT),
        *_keys("competence", expert_id="expert", subject_id="referral_subject"),
        sa.CheckConstraint("char_length(service) <= 500", name=op.f("ck_competence_service_length")),
    )  # fmt: skip
    op.create_index(
        "uq_competence_current", "competence", ["expert_id", "subject_id"], unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )  # fmt: skip
    op.create_index("ix_competence_subject_id", "competence", ["subject_id", "expert_id"])
    keeps = OF_EXPERT.format(_keeps("e.antenne_id"))
    rls.protect("competence", read=READ, insert=keeps, update=keeps)
    rls.update_only("competence", "service", "ended_at")


def _create_absences() -> None:
    """Said by whoever keeps the antenne, or by the expert."""
    op.create_table(
        "expert_absence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("expert_id", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("delegate_id", sa.Integer),
        sa.Column("declared_by", sa.Integer, nullable=False),
        sa.Column("cancelled_at", MOMENT),
        *_keys("expert_absence", expert_id="expert", delegate_id="expert", declared_by="agent"),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_expert_absence_ends_after_it_starts")),
        sa.CheckConstraint("delegate_id <> expert_id", name=op.f("ck_expert_absence_delegate_is_another")),
    )  # fmt: skip
    op.create_index("ix_expert_absence_expert_id", "expert_absence", ["expert_id"])
    who = f"({OF_EXPERT.format(_keeps('e.antenne_id'))} or {ONESELF})"
    rls.protect(
        "expert_absence", read=READ, insert=f"declared_by = {rls.ME} and {who}", update=who
    )  # fmt: skip
    rls.update_only("expert_absence", "cancelled_at")


def _create_fallbacks() -> None:
    op.create_table(
        "referral_fallback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("expert_id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("ended_at", MOMENT),
        *_keys("referral_fallback", expert_id="expert", subject_id="referral_subject"),
    )
    op.create_index("ix_referral_fallback_expert_id", "referral_fallback", ["expert_id"])
    rls.protect(
        "referral_fallback", read=READ, insert=rls.ADMINISTRATORS, update=rls.ADMINISTRATORS
    )  # fmt: skip
    rls.update_only("referral_fallback", "ended_at")


def _keeps(column: str) -> str:
    """Who keeps the entries of an antenne: its managers, and administrators."""
    manages = (
        f"exists (select from antenne_manager m where m.antenne_id = {column}"
        f" and m.agent_id = {rls.ME} and m.removed_at is null)"
    )
    return f"({rls.ADMINISTRATORS} or ({rls.HABILITATED} and {manages}))"


def _served() -> list[sa.Column[object]]:
    """Where, and for which firms."""
    return [
        sa.Column("areas", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("criteria", postgresql.JSONB, nullable=False, server_default="{}"),
    ]


def _entry() -> list[sa.Column[object]]:
    return [
        sa.Column("source", sa.Text, nullable=False, server_default=""),
        sa.Column("verified_on", sa.Date),
        sa.Column("archived_at", MOMENT),
    ]


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns.items()
    ]
