"""Who has an interest in a firm reads its need no more, nor does anybody who sees Vigie as an expert or as whoever sent it."""

from alembic import op

from migrations import rls

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None

MANAGED = "select m.antenne_id from antenne_manager m where m.agent_id = vigie_agent() and m.removed_at is null"
ANSWERED = f"select e.id from expert e where {rls.HABILITATED} and (e.agent_id = vigie_agent() or e.antenne_id in ({MANAGED}))"
#: the needs of firms that an expert knows, and said so: they answer for nobody else of their antenne either
INTERESTED = """
    select c.need_id from referral c join expert e on e.id = c.expert_id
    where e.agent_id = vigie_agent() and c.reason = 'conflit'
"""
#: nobody sees Vigie as whoever asks: what was put to one person, or sent by them, is not another’s
IN_PERSON = "vigie_seen_by() is null"


def upgrade() -> None:
    """Write again the functions that say whose each need is."""
    _functions(
        answered=f"r.expert_id in ({ANSWERED}) and r.need_id not in ({INTERESTED}) and {IN_PERSON}",
        sent=f"(s.author_id = vigie_agent() and {IN_PERSON})",
    )


def downgrade() -> None:
    """As they were."""
    _functions(answered=f"r.expert_id in ({ANSWERED})", sent="s.author_id = vigie_agent()")


def _functions(*, answered: str, sent: str) -> None:
    for name, body in (
        ("vigie_my_referrals", f"select coalesce(array_agg(r.id), '{{}}') from referral r where {answered}"),
        ("vigie_my_needs", f"""
            select coalesce(array_agg(own.id), '{{}}') from (
                select r.need_id as id from referral r where {answered}
                union
                select n.id from need n join solicitation s on s.id = n.solicitation_id
                where {sent} or s.case_id = any (vigie_cases())
            ) own"""),
    ):  # fmt: skip
        op.execute(
            f"create or replace function {name}() returns integer[] language sql stable {rls.DEFINER} as $$ {body} $$"
        )
