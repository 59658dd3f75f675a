"""The queue of jobs: Procrastinate's own tables and functions."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: everything that bears the library's name: its script has no way back
DROP = """
do $$
declare item record;
begin
    for item in select oid::regclass as name from pg_class
            where relname like 'procrastinate\\_%' and relkind = 'r' loop
        execute format('drop table if exists %s cascade', item.name);
    end loop;
    for item in select oid::regprocedure as name from pg_proc where proname like 'procrastinate\\_%' loop
        execute format('drop function if exists %s cascade', item.name);
    end loop;
    for item in select oid::regtype as name from pg_type
            where typname like 'procrastinate\\_%' and typtype in ('e', 'c') loop
        execute format('drop type if exists %s cascade', item.name);
    end loop;
end $$
"""


def upgrade() -> None:
    """Run the library's script."""
    # Through the driver: the script has colons and percent signs that are not parameters.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Drop what it made."""
    op.execute(DROP)
