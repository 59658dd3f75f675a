"""Lists of firms: those of partners, and those that agents make for themselves or a network."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
MY_LIST = f"author_id = {rls.ME}"
READ_LIST = (
    f"{MY_LIST} or (is_open and {rls.HABILITATED}) or (network_id is not null and {rls.MY_NETWORK})"
)
#: for me, for one of my networks; what a partner says of firms is brought by the head of a network
MADE = (
    f"{MY_LIST} and (network_id is null or {rls.MY_NETWORK})"
    f" and (source = 'agents' or {rls.has_role('manager')})"
)
#: row-level security gives, of the lists, those that whoever asks reads
OF_LIST = "exists (select from company_list l where l.id = list_id{})"
KNOWN = OF_LIST.format(
    f" and (l.nature is null or departments && {rls.zone_of('l.nature')}"
    f" or ({rls.MY_CASE_FIRM} and vigie_invited(siren, l.nature)))"
)
FILLED = OF_LIST.format(
    f" and l.archived_at is null and (l.author_id = {rls.ME} or (l.source = 'agents'"
    " and l.network_id = any ((select vigie_networks())::integer[])))"
)
#: where a firm works is what Vigie knows, whatever is told
ITS_PLACES = (
    "exists (select from company c where c.siren = company_list_member.siren"
    " and c.departments = company_list_member.departments)"
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "company_list",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer),
        sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("nature", sa.String(40)),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("archived_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_company_list"),
        sa.UniqueConstraint("author_id", "label", name="uq_company_list_author_id_label"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["agent.id"], name="fk_company_list_author_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_company_list_network_id_network"
        ),
        sa.CheckConstraint(
            "source in ('agents', 'dgfip', 'relance', 'strategique', 'autre')",
            name=op.f("ck_company_list_source_known"),
        ),
        sa.CheckConstraint(
            f"nature in ({', '.join(map(repr, rls.NATURES))})",
            name=op.f("ck_company_list_nature_known"),
        ),
        sa.CheckConstraint(
            "not is_open or network_id is null", name=op.f("ck_company_list_one_audience")
        ),
        sa.CheckConstraint(
            "not is_open or source <> 'agents'", name=op.f("ck_company_list_open_when_partners")
        ),
    )
    op.create_index("ix_company_list_network_id", "company_list", ["network_id"])
    rls.protect("company_list", read=READ_LIST, insert=MADE, update=MY_LIST)
    rls.update_only("company_list", "archived_at")
    op.create_table(
        "company_list_member",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("added_by", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("list_id", "siren", name="pk_company_list_member"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["company_list.id"], name="fk_company_list_member_list_id_company_list"
        ),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_company_list_member_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["agent.id"], name="fk_company_list_member_added_by_agent"
        ),
    )
    op.create_index("ix_company_list_member_siren", "company_list_member", ["siren", "list_id"])
    reached = f"{rls.IN_REACH} and {KNOWN}"
    rls.protect(
        "company_list_member",
        read=reached,
        insert=f"added_by = {rls.ME} and {rls.IN_REACH} and {FILLED} and {ITS_PLACES}",
        delete=f"{reached} and {FILLED}",
    )
    rls.revoke("company_list_member", "update")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("company_list_member")
    op.drop_table("company_list")
