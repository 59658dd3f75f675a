"""Campaigns of first contact, and who contacts each firm: the second is known to whoever works where the firm does."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KINDS = ("campaigns:contact:ended", "campaigns:contact:taken")
OURS = f"({', '.join(map(repr, KINDS))})"
KNOWN_KINDS = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
STAGES = "('a_contacter', 'pris', 'reporte', 'ecarte', 'fait')"
ENDINGS = "('besoin', 'refus', 'indemne', 'injoignable', 'reporte', 'annule')"
CANCELLATIONS = "('erreur', 'inadequat', 'indisponible')"
MY_CAMPAIGN = f"author_id = {rls.ME} and {rls.MY_NETWORK}"
#: row-level security gives, of the campaigns, those that whoever asks reads
OF_CAMPAIGN = "exists (select from contact_campaign c where c.id = campaign_id{})"
#: being in a campaign drawn from alerts says that there is one
KNOWN = OF_CAMPAIGN.format(
    f" and (c.nature is null or {{table}}.departments && {rls.zone_of('c.nature')})"
)
RUNS = OF_CAMPAIGN.format(" and c.closed_at is null")
#: where a firm works is what Vigie knows, whatever is told
ITS_PLACES = "exists (select from company k where k.siren = {table}.siren and k.departments = {table}.departments)"


def upgrade() -> None:
    """Create the tables."""
    _create_campaign()
    _create_contact()
    _create_firm()
    _hold_kinds([*_kinds(), *KINDS])


def downgrade() -> None:
    """Drop them: the contacts that were logged stay, as visits."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind in {OURS}"
    )
    op.execute(f"delete from feed_event where kind in {OURS}")
    op.execute(AS_NOBODY)
    op.drop_table("campaign_firm")
    op.drop_table("firm_contact")
    op.drop_table("contact_campaign")
    _hold_kinds([kind for kind in _kinds() if kind not in KINDS])


def _create_campaign() -> None:
    """Read by its network, where it is run; made in one's own name, and changed by its author."""
    op.create_table(
        "contact_campaign",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False, server_default=""),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("nature", sa.String(40)),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("previous_id", sa.Integer),
        sa.Column("letter", sa.Text, nullable=False, server_default=""),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_contact_campaign"),
        *_keys(
            "contact_campaign",
            network_id="network",
            author_id="agent",
            previous_id="contact_campaign",
        ),
        sa.CheckConstraint(
            f"nature in ({', '.join(map(repr, rls.NATURES))})",
            name=op.f("ck_contact_campaign_nature_known"),
        ),
        sa.CheckConstraint(
            "char_length(label) between 1 and 80", name=op.f("ck_contact_campaign_label_length")
        ),
        sa.CheckConstraint(
            "char_length(purpose) <= 10000", name=op.f("ck_contact_campaign_purpose_length")
        ),
        sa.CheckConstraint(
            "char_length(letter) <= 10000", name=op.f("ck_contact_campaign_letter_length")
        ),
    )
    op.create_index("ix_contact_campaign_network_id", "contact_campaign", ["network_id"])
    rls.protect(
        "contact_campaign",
        read=f"{rls.MY_NETWORK} and {rls.IN_ZONE}",
        insert=f"{MY_CAMPAIGN} and departments <@ (select vigie_departments())::text[]",
        update=MY_CAMPAIGN,
    )
    rls.update_only("contact_campaign", "purpose", "letter", "ends_on", "closed_at", "previous_id")
    rls.revoke("contact_campaign", "delete")


def _create_contact() -> None:
    """Read where the firm works, whatever the campaign; taken in one's own name, in a campaign that one reads."""
    op.create_table(
        "firm_contact",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("ended_at", MOMENT),
        sa.Column("ending", sa.String(40)),
        sa.Column("cancellation", sa.String(40)),
        sa.Column("visit_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_firm_contact"),
        _siren("firm_contact"),
        *_keys("firm_contact", campaign_id="contact_campaign", agent_id="agent", visit_id="visit"),
        sa.CheckConstraint(f"ending in {ENDINGS}", name=op.f("ck_firm_contact_ending_known")),
        sa.CheckConstraint(
            f"cancellation in {CANCELLATIONS}", name=op.f("ck_firm_contact_cancellation_known")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ending is null)",
            name=op.f("ck_firm_contact_ended_with_an_ending"),
        ),
        sa.CheckConstraint(
            "cancellation is null or ending = 'annule'",
            name=op.f("ck_firm_contact_reason_of_a_cancellation"),
        ),
    )
    is_open = sa.text("ended_at is null")
    op.create_index("ix_firm_contact_siren", "firm_contact", ["siren", "taken_at", "id"])
    op.create_index(
        "ix_firm_contact_of_agent",
        "firm_contact",
        ["agent_id", "taken_at", "id"],
        postgresql_where=is_open,
    )
    op.create_index(
        "uq_firm_contact_taken",
        "firm_contact",
        ["campaign_id", "siren"],
        unique=True,
        postgresql_where=is_open,
    )
    mine_or_of_mine = (
        f"(agent_id = {rls.ME} or {OF_CAMPAIGN.format(f' and c.author_id = {rls.ME}')})"
    )
    places = ITS_PLACES.format(table="firm_contact")
    rls.protect(
        "firm_contact",
        read=rls.IN_REACH,
        insert=f"agent_id = {rls.ME} and ended_at is null and {rls.IN_REACH} and {RUNS} and {places}",
        update=(f"ended_at is null and {mine_or_of_mine} and {rls.IN_REACH}", rls.IN_REACH),
    )
    rls.update_only("firm_contact", "ended_at", "ending", "cancellation", "visit_id")
    rls.revoke("firm_contact", "delete")


def _create_firm() -> None:
    """Read by whoever reads the campaign, and its nature where the firm works; its members say where it stands."""
    op.create_table(
        "campaign_firm",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False, server_default="a_contacter"),
        sa.Column("contact_id", sa.Integer),
        sa.Column("agent_id", sa.Integer),
        sa.Column("ending", sa.String(40)),
        sa.Column("back_on", sa.Date),
        sa.Column("added_by", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_firm"),
        sa.UniqueConstraint("campaign_id", "siren", name="uq_campaign_firm_campaign_id_siren"),
        _siren("campaign_firm"),
        *_keys(
            "campaign_firm",
            campaign_id="contact_campaign",
            contact_id="firm_contact",
            added_by="agent",
            agent_id="agent",
        ),
        sa.CheckConstraint(f"ending in {ENDINGS}", name=op.f("ck_campaign_firm_ending_known")),
        sa.CheckConstraint(f"stage in {STAGES}", name=op.f("ck_campaign_firm_stage_known")),
        sa.CheckConstraint(
            "(stage = 'reporte') = (back_on is not null)",
            name=op.f("ck_campaign_firm_back_when_put_off"),
        ),
    )
    op.create_index("ix_campaign_firm_siren", "campaign_firm", ["siren"])
    op.create_index("ix_campaign_firm_campaign_id_id", "campaign_firm", ["campaign_id", "id"])
    op.create_index(
        "ix_campaign_firm_contact_id",
        "campaign_firm",
        ["contact_id"],
        postgresql_where=sa.text("contact_id is not null"),
    )
    known = f"{rls.IN_REACH} and {KNOWN.format(table='campaign_firm')}"
    places = ITS_PLACES.format(table="campaign_firm")
    rls.protect(
        "campaign_firm",
        read=known,
        insert=f"added_by = {rls.ME} and {rls.IN_REACH} and {RUNS} and {places}",
        update=known,
        delete=f"added_by = {rls.ME} and contact_id is null and {known}",
    )
    rls.update_only("campaign_firm", "stage", "contact_id", "agent_id", "ending", "back_on")


def _siren(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["siren"],
        ["company.siren"],
        name=f"fk_{table}_siren_company",
        deferrable=True,
        initially="DEFERRED",
    )


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
