"""What became of establishments, and the move of an accompagnement to the one that took over."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

#: where an accompagnement is never changes but so: to an open establishment that took over, in the zone of whoever moves it. What it
#: opened of another firm, and what invitations gave there, stay behind.
MOVE = f"""
create function case_move(moved integer, target text) returns void language plpgsql {rls.DEFINER} as $$
declare
    origin support_case%rowtype;
    place establishment%rowtype;
begin
    select * into origin from support_case where id = moved and state <> 'termine' for update;
    select * into place from establishment where siret = target and is_active
        and department = any ((select vigie_departments())::text[]);
    if origin.id is null or place.siret is null
        or not (origin.id = any ((select vigie_cases())::integer[]))
        or not exists (select from establishment_succession l where l.predecessor = origin.siret and l.successor = target) then
        raise insufficient_privilege using message = 'an accompagnement moves to an establishment that took over';
    end if;
    if place.siren <> origin.siren then
        if not exists (select from company c where c.siren = place.siren and c.departments && (select vigie_departments())::text[]) then
            raise insufficient_privilege using message = 'an accompagnement moves in one''s zone';
        end if;
        update case_member set natures = '{{}}' where case_id = moved and natures <> '{{}}';
    end if;
    update support_case set siret = place.siret, siren = place.siren, department = place.department, updated_at = now(),
        unlock_id = case when place.siren = origin.siren then unlock_id end where id = moved;
end $$
"""


def upgrade() -> None:
    """Create the table, that the next publication fills, and the only way an accompagnement moves."""
    op.create_table(
        "establishment_succession",
        sa.Column("predecessor", sa.String(14), nullable=False),
        sa.Column("successor", sa.String(14), nullable=False),
        sa.Column("linked_on", sa.Date, nullable=False),
        sa.Column("is_head_office_transfer", sa.Boolean, nullable=False),
        sa.Column("is_continuous", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(
            "predecessor", "successor", "linked_on", name="pk_establishment_succession"
        ),
    )
    op.create_index(
        "ix_establishment_succession_successor", "establishment_succession", ["successor"]
    )
    rls.protect("establishment_succession", read=rls.HABILITATED)
    op.execute(MOVE)


def downgrade() -> None:
    """Drop them; accompagnements stay where they went."""
    op.execute("drop function case_move(integer, text)")
    op.drop_table("establishment_succession")
