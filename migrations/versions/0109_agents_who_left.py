"""An agent who left is named nowhere any more: one function replaces what names them, and refuses while the journal still does."""

from alembic import op

from migrations import rls

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None

#: what is theirs alone, and serves nobody once they are gone
THEIRS = (
    "credential", "passkey", "recovery_code", "agent_session", "login_attempt", "draft", "recent_search", "search_typing",
    "notification", "announcement", "calendar_address", "api_token", "agent_role",
)  # fmt: skip
DELETES = "\n    ".join(f"delete from {table} where agent_id = gone;" for table in THEIRS)
# The label stands for the name wherever it is shown; the address can receive nothing, and nobody signs in with it.
ANONYMISE = f"""
create function agent_anonymise(gone integer, label text) returns boolean language plpgsql {rls.DEFINER} as $$
begin
    if not vigie_system() then
        raise insufficient_privilege using message = 'row-level security: the system alone anonymises';
    end if;
    perform from agent where id = gone and anonymised_at is null and (not active or suspended_at is not null) for update;
    if not found then
        return false;
    end if;
    if exists (select from journal where actor_id = gone) then
        raise check_violation using message = 'the journal still names them: it is purged first';
    end if;
    {DELETES}
    update email set body_text = '', body_html = '', due_at = null, attempted_at = null,
        given_up_at = case when sent_at is null then coalesce(given_up_at, now()) end where agent_id = gone;
    update expert set name = 'Agent parti', name_sort = 'agent parti', email = 'parti-' || id || '@vigie.invalid', telephone = ''
        where agent_id = gone;
    update agent set first_name = 'Agent parti', last_name = label, email = 'parti-' || gone || '@vigie.invalid', job_title = '',
        telephone = null, proconnect_sub = null, fs_uniquifier = 'parti-' || gone, active = false, anonymised_at = now()
        where id = gone;
    return true;
end $$
"""


def upgrade() -> None:
    """Create the function."""
    op.execute(ANONYMISE)


def downgrade() -> None:
    """Who was forgotten stays so."""
    op.execute("drop function agent_anonymise(integer, text)")
