"""Whom to call is read no more once a need is taken back, by no expert who left, by nobody who sees Vigie as somebody else."""

from alembic import op

from migrations import rls

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

MANAGED = "select m.antenne_id from antenne_manager m where m.agent_id = vigie_agent() and m.removed_at is null"
FORMER = f"select e.id from expert e where {rls.HABILITATED} and (e.agent_id = vigie_agent() or e.antenne_id in ({MANAGED}))"
#: the same, but experts who left: whoever keeps their antenne still answers for what they had closed
PRESENT = f"""
    select e.id from expert e where {rls.HABILITATED}
    and ((e.agent_id = vigie_agent() and e.archived_at is null) or e.antenne_id in ({MANAGED}))
"""
#: nobody sees Vigie as whoever asks: what was put to one person, or sent by them, is not another’s
IN_PERSON = "vigie_seen_by() is null"
CLOSED = "('revoquee', 'pas_pour_moi', 'expiree')"


def upgrade() -> None:
    """Write again the function that says whose contacts are read."""
    _contacts(
        f"n.state <> 'retire' and {IN_PERSON} and r.expert_id in ({PRESENT})",
        f"(s.author_id = vigie_agent() and {IN_PERSON})",
    )


def downgrade() -> None:
    """As it was."""
    _contacts(f"r.expert_id in ({FORMER})", "s.author_id = vigie_agent()")


def _contacts(answered: str, sent: str) -> None:
    op.execute(f"""
        create or replace function vigie_my_contacts() returns integer[] language sql stable {rls.DEFINER} as $$
            select coalesce(array_agg(own.id), '{{}}') from (
                select n.solicitation_id as id from need n join referral r on r.need_id = n.id
                where {answered} and r.state not in {CLOSED}
                union
                select s.id from solicitation s where {sent} or s.case_id = any (vigie_cases())
            ) own
        $$
    """)
