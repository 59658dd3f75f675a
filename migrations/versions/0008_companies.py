"""Firms: public identity, procedures, payment plans, and how fresh each source is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_company()
    _create_establishment()
    _create_procedure_event()
    _create_payment_plan()
    _create_source_freshness()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "source_freshness",
        "payment_plan",
        "procedure_event",
        "establishment",
        "company",
    ):
        op.drop_table(table)


def _create_company() -> None:
    """A legal unit (unité légale). Public data: every habilitated agent reads it, everywhere."""
    op.create_table(
        "company",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_sort", sa.Text, nullable=False),
        sa.Column("legal_category", sa.Text),
        sa.Column("naf", sa.Text),
        sa.Column("created_on", sa.Date),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("departments", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("commune", sa.Text),
        sa.Column("workforce", sa.Double),
        sa.Column("workforce_month", sa.Date),
        sa.Column("procedure_status", sa.String(40), nullable=False),
        sa.Column("procedure_since", sa.Date),
        sa.Column("in_perimeter", sa.Boolean, nullable=False),
        sa.Column("first_alert_on", sa.Date),
        sa.PrimaryKeyConstraint("siren", name="pk_company"),
        sa.CheckConstraint(
            "procedure_status in ('in_bonis', 'sauvegarde', 'plan_sauvegarde', 'redressement', 'plan_redressement', 'liquidation')",
            name=op.f("ck_company_procedure_status_known"),
        ),
    )
    op.create_index("ix_company_department", "company", ["department"])
    op.create_index("ix_company_departments", "company", ["departments"], postgresql_using="gin")
    op.create_index(
        "ix_company_name_sort_trgm",
        "company",
        ["name_sort"],
        postgresql_using="gin",
        postgresql_ops={"name_sort": "gin_trgm_ops"},
    )
    rls.protect("company", read=rls.HABILITATED)


def _create_establishment() -> None:
    """An establishment (établissement) of a legal unit."""
    op.create_table(
        "establishment",
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("is_head_office", sa.Boolean, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("postal_code", sa.Text),
        sa.Column("commune", sa.Text),
        sa.Column("commune_code", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("naf", sa.Text),
        sa.Column("created_on", sa.Date),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("longitude", sa.Double),
        sa.Column("latitude", sa.Double),
        sa.PrimaryKeyConstraint("siret", name="pk_establishment"),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_establishment_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_establishment_siren", "establishment", ["siren"])
    rls.protect("establishment", read=rls.HABILITATED)


def _create_procedure_event() -> None:
    """A court event, in the words of the file. Public."""
    op.create_table(
        "procedure_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_event"),
    )
    op.create_index("ix_procedure_event_siren", "procedure_event", ["siren"])
    rls.protect("procedure_event", read=rls.HABILITATED)


def _create_payment_plan() -> None:
    """A délai de paiement Urssaf. Confidential: nature `urssaf`."""
    op.create_table(
        "payment_plan",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Double, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_plan"),
    )
    op.create_index("ix_payment_plan_siren", "payment_plan", ["siren"])
    op.create_index("ix_payment_plan_siret", "payment_plan", ["siret"])
    rls.protect("payment_plan", read=rls.opened("payment_plan", "'urssaf'", rls.zone("urssaf")))


def _create_source_freshness() -> None:
    """The last month that the published files of a source cover."""
    op.create_table(
        "source_freshness",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("month", sa.Date),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("unit", sa.String(20)),
        sa.PrimaryKeyConstraint("source", name="pk_source_freshness"),
    )
    rls.protect("source_freshness", read=rls.SIGNED_IN)
