"""The themes that raise the risk of each entry of a list, the heaviest first: lists are filtered by the one that dominates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
#: the themes of the reasons of every list, as a publication stores those of its own
THEMES = """
insert into detection_theme (list_id, siren, position, departments, theme, nature)
select e.list_id, e.siren, row_number() over (partition by e.id order by r.contribution desc, r.theme), e.departments,
    r.theme, r.nature
from detection_reason r join detection_entry e on e.id = r.entry_id
where r.variable is null and r.horizon = 24 and r.contribution > 0 and r.theme not in ('base', 'contexte')
    and e.level <> 'none'
"""


def upgrade() -> None:
    """Create the table, and fill it with the themes of the lists that are there."""
    op.create_table(
        "detection_theme",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("nature", sa.Text),
        sa.PrimaryKeyConstraint("list_id", "siren", "position", name="pk_detection_theme"),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["detection_list.id"],
            name="fk_detection_theme_list_id_detection_list",
            ondelete="CASCADE",
        ),
    )
    of_score = _told("'score'", rls.zone("score"))
    of_theme = _told("nature", rls.zone_of("nature"))
    rls.protect(
        "detection_theme",
        read=f"{PUBLISHED} and {of_score} and (nature is null or {of_theme})",
    )
    op.execute(AS_SYSTEM)
    op.execute(THEMES)
    op.execute(AS_NOBODY)


def downgrade() -> None:
    """Drop it: it is made of the reasons."""
    op.drop_table("detection_theme")


def _told(nature: str, where_held: str) -> str:
    """What the model says of a firm, on rows that bear its départements (0021)."""
    return (
        f"(departments && {where_held} or ({rls.MY_CASE_FIRM} and vigie_invited(siren, {nature})))"
    )
