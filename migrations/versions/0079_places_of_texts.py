"""What is written of a firm is known where the firm works, and nowhere else, whatever is told."""

from migrations import rls

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

#: where Vigie knows the firm, or one of its establishments, to be; these columns are never rewritten
PLACES = (
    "departments <@ ((select k.departments from company k where k.siren = {table}.siren)"
    " || array(select e.department::text from establishment e where e.siren = {table}.siren))"
)
WRITTEN = ("comment", "visit", "visit_note")


def upgrade() -> None:
    """Refuse a text that would be read elsewhere."""
    for table in WRITTEN:
        held = PLACES.format(table=table)
        rls.create_policy(
            table, "places", f"as restrictive for insert with check ({rls.SYSTEM} or {held})"
        )


def downgrade() -> None:
    """The former version trusts what it writes."""
    for table in WRITTEN:
        rls.drop_policy(table, "places")
