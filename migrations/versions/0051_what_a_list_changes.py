"""How many firms each list shows in each département, and how many left since the one before."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
COUNTS = ("elevee", "moderee", "first_alerts", "aggravations", "re_alerts", "leavers")
PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
# Of the lists already published; the next ones are counted when they are.
TALLY = """
insert into list_tally (list_id, department, elevee, moderee, first_alerts, aggravations, re_alerts, leavers)
select list_id, department,
    count(*) filter (where level = 'elevee'), count(*) filter (where level = 'moderee'),
    count(*) filter (where novelty = 'first_alert'), count(*) filter (where novelty = 'aggravation'),
    count(*) filter (where novelty = 're_alert'), count(*) filter (where level is null)
from (
    select list_id, department, level, novelty from detection_entry where level <> 'none'
    union all
    select l.id, f.department, null, null
    from detection_list l
    cross join lateral (
        select p.id from detection_list p where p.published_at is not null and p.as_of < l.as_of
        order by p.as_of desc, p.id desc limit 1
    ) former
    join detection_entry f on f.list_id = former.id and f.level <> 'none'
    where not exists (
        select from detection_entry e where e.list_id = l.id and e.siren = f.siren and e.level <> 'none')
) counted
where department is not null group by list_id, department
"""


def upgrade() -> None:
    """Create the table, and count the lists that are there."""
    op.create_table(
        "list_tally",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("list_id", "department", name="pk_list_tally"),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["detection_list.id"],
            name="fk_list_tally_list_id_detection_list",
            ondelete="CASCADE",
        ),
    )
    rls.protect("list_tally", read=f"{PUBLISHED} and department = any ({rls.zone('score')})")
    op.execute(AS_SYSTEM)
    op.execute(TALLY)
    op.execute(AS_NOBODY)


def downgrade() -> None:
    """Drop it: it is counted again."""
    op.drop_table("list_tally")
