"""What somebody was reminded of, each thing once; an expert whose rights are over reads no need any more."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

KINDS = ("expert", "responsables", "expert_cloture", "responsables_cloture", "equipe_cloture")
TEAM = rls.has_role("orienteur")
MANAGED = "select m.antenne_id from antenne_manager m where m.agent_id = vigie_agent() and m.removed_at is null"
FORMER = f"select e.id from expert e where e.agent_id = vigie_agent() or e.antenne_id in ({MANAGED})"  # fmt: skip
#: the same, as long as a habilitation is in force
ANSWERED = f"select e.id from expert e where {rls.HABILITATED} and (e.agent_id = vigie_agent() or e.antenne_id in ({MANAGED}))"


def upgrade() -> None:
    """Create the table, and ask of whoever answers that their rights be in force."""
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "referral_reminder",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("referral_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"kind in ({listed})", name=op.f("ck_referral_reminder_kind_known")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_reminder_referral_id_referral"),
    )  # fmt: skip
    op.create_index(
        "uq_referral_reminder_kind", "referral_reminder", ["referral_id", "kind"], unique=True
    )
    mine = "exists (select from referral r where r.id = referral_id and r.need_id = any ((select vigie_my_needs())::integer[]))"
    rls.protect("referral_reminder", read=f"({mine} or {TEAM})")
    rls.revoke("referral_reminder", "update")
    rls.revoke("referral_reminder", "delete")
    _answer(ANSWERED)


def downgrade() -> None:
    """The former version reminds nobody."""
    _answer(FORMER)
    op.drop_table("referral_reminder")


def _answer(experts: str) -> None:
    """Write again the functions that say whose each need is."""
    for name, body in (
        ("vigie_my_referrals", f"select coalesce(array_agg(r.id), '{{}}') from referral r where r.expert_id in ({experts})"),
        ("vigie_my_needs", f"""
            select coalesce(array_agg(own.id), '{{}}') from (
                select r.need_id as id from referral r where r.expert_id in ({experts})
                union
                select n.id from need n join solicitation s on s.id = n.solicitation_id
                where s.author_id = vigie_agent() or s.case_id = any (vigie_cases())
            ) own"""),
        ("vigie_my_contacts", f"""
            select coalesce(array_agg(own.id), '{{}}') from (
                select n.solicitation_id as id from need n join referral r on r.need_id = n.id
                where r.expert_id in ({experts}) and r.state not in ('revoquee', 'pas_pour_moi', 'expiree')
                union
                select s.id from solicitation s where s.author_id = vigie_agent() or s.case_id = any (vigie_cases())
            ) own"""),
    ):  # fmt: skip
        op.execute(
            f"create or replace function {name}() returns integer[] language sql stable {rls.DEFINER} as $$ {body} $$"
        )
