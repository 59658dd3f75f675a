"""The journal is append-only and chained: each line carries the hash of the one before"""

from alembic import context, op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    app_role = context.get_context().opts["app_role"]
    op.execute(
        "create table journal_head (id integer primary key check (id = 1), hash bytea not null)"
    )
    op.execute("insert into journal_head values (1, sha256('vigie'))")
    # An array quotes its elements: two different lines never read the same, whatever their texts hold.
    # The head is locked before the number and the clock are drawn: drawn earlier, lines could be numbered out of order.
    op.execute(
        """
        create function journal_chain() returns trigger language plpgsql security definer set search_path = public as $$
        begin
            select hash into new.previous_hash from journal_head where id = 1 for update;
            new.id := nextval('journal_id_seq');
            new.recorded_at := clock_timestamp();
            new.hash := sha256(new.previous_hash || convert_to(
                jsonb_build_array(new.id, extract(epoch from new.recorded_at), new.actor_id,
                    new.actor_name, new.event, new.siren, new.details)::text, 'UTF8'));
            update journal_head set hash = new.hash where id = 1;
            return new;
        end $$
        """
    )
    op.execute(
        "create trigger journal_chain before insert on journal for each row execute function journal_chain()"
    )
    op.execute(
        """
        create function journal_refuse() returns trigger language plpgsql as $$
        begin
            raise exception 'the journal is append-only';
        end $$
        """
    )
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal"
        " for each statement execute function journal_refuse()"
    )
    op.execute("alter table journal enable row level security")
    op.execute("alter table journal force row level security")
    op.execute(
        "create policy journal_read on journal for select using (actor_id = (select vigie_agent())"
        " or 'controleur' = any ((select vigie_roles())::text[]))"
    )
    op.execute(
        "create policy journal_insert on journal for insert with check"
        " (actor_id is not distinct from (select vigie_agent()) or (select vigie_agent()) is null)"
    )
    op.execute(f'revoke update, delete, truncate, references, trigger on journal from "{app_role}"')
    op.execute(f'revoke all on journal_head from "{app_role}"')


def downgrade() -> None:
    op.execute("drop policy journal_insert on journal")
    op.execute("drop policy journal_read on journal")
    op.execute("alter table journal no force row level security")
    op.execute("alter table journal disable row level security")
    op.execute("drop trigger journal_refuse on journal")
    op.execute("drop trigger journal_chain on journal")
    op.execute("drop function journal_refuse()")
    op.execute("drop function journal_chain()")
    op.execute("drop table journal_head")
