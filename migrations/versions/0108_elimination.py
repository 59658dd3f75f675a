"""Nothing that takes the visa of the archives is eliminated without it: the function that erases looks at the slip first."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ENDED = sa.text("closed_on is not null and eliminated_at is null")

#: $1 the accompagnement, none when a text stands alone; $2 comments; $3 visits; $4 the firm
EVENTS = """siren = $4 and (subject_kind = 'comment' and subject_id = any ($2) or subject_kind = 'visit' and subject_id = any ($3)
    or subject_kind = 'case' and subject_id = $1 or details ->> 'case_id' = $1::text)"""
FILES = "comment_id = any ($2) or visit_id = any ($3)"
DEADLINES = "case_id = $1 or visit_id = any ($3)"
SUMMARIES = "summary_id in (select id from case_summary where case_id = $1)"
#: what goes, in the order of the keys
GONE = (
    ("attachment_content", f"attachment_id in (select id from attachment where {FILES})"),
    ("attachment", FILES),
    ("comment_mention", "comment_id = any ($2)"),
    ("comment_version", "comment_id = any ($2)"),
    ("notification", f"event_id in (select id from feed_event where {EVENTS})"),
    ("feed_event", EVENTS),
    ("text_search", "kind = 'comment' and text_id = any ($2) or kind = 'visit' and text_id = any ($3)"),
    ("comment", "id = any ($2)"),
    ("visit_note", "visit_id = any ($3)"),
    ("sitting_task", f"deadline_id in (select id from deadline where {DEADLINES})"),
    ("deadline", DEADLINES),
    ("case_summary_version", SUMMARIES),
    ("case_summary", "case_id = $1"),
    ("case_value", "case_id = $1"),
    ("case_measure", "case_id = $1"),
    ("case_change", "case_id = $1"),
    ("case_state_change", "case_id = $1"),
    ("case_handover_line", "case_id = $1"),
    ("case_member", "case_id = $1"),
)  # fmt: skip
#: a text, or a file, that was not there when the slip was proposed: nobody signed for it, and no package may hold it
WRITTEN_SINCE = """exists (select from comment where id = any (comments) and greatest(created_at, edited_at, deleted_at) > slip.proposed_at)
        or exists (select from visit where id = any (visits) and created_at > slip.proposed_at)
        or exists (select from case_summary where case_id = file and edited_at > slip.proposed_at)
        or exists (select from attachment where created_at > slip.proposed_at
            and (comment_id = any (comments) or visit_id = any (visits)))"""
#: what stays bears no text: figures count it, and nobody is named in it
BLANKED = (
    "update comment set answers_id = null, answered_agent_id = null where answers_id = any ($2) and id <> all ($2)",
    (
        "update case_handover h set note = '', reason = '' where id in (select handover_id from case_handover_line where case_id = $1)"
        " and not exists (select from case_handover_line l where l.handover_id = h.id and l.case_id <> $1)"
    ),
    "update case_outcome set comment = '' where case_id = $1",
    "update unlock set motive = 'Éliminé' where id = (select unlock_id from support_case where id = $1)",
    "update support_case set eliminated_at = now() where id = $1",
)
STEPS = ",\n        ".join(
    f"array['{table}', $step$delete from {table} where {which}$step$]" for table, which in GONE
)
BLANKS = ",\n        ".join(f"array['', $step${statement}$step$]" for statement in BLANKED)

ELIMINATE = f"""
create function record_eliminate(of_slip integer, subject integer) returns boolean language plpgsql {rls.DEFINER} as $$
declare
    slip elimination_slip;
    firm text;
    until date;
    file integer;
    comments integer[];
    visits integer[];
    step text[];
    gone integer;
    counts jsonb := '{{}}';
begin
    if not vigie_system() then
        raise insufficient_privilege using message = 'row-level security: the system alone eliminates';
    end if;
    select * into slip from elimination_slip where id = of_slip for share;
    perform from elimination_item where slip_id = of_slip and subject_id = subject and settled_at is null for update;
    if not found then
        return null;
    end if;
    if slip.is_accepted is not true or slip.fate = 'archivage' and slip.received_at is null then
        raise insufficient_privilege using message = 'nothing is eliminated without the visa of the archives';
    end if;
    -- What the rule keeps longer since is kept.
    select least(slip.until_on, (now() at time zone 'Europe/Paris')::date - make_interval(months => in_use_months + intermediate_months))
        into strict until from retention_rule where object = slip.object;
    if slip.object = 'accompagnement' then
        select id, siren into file, firm from support_case where id = subject and state = 'termine' and closed_on <= until
            and eliminated_at is null for update;
        comments := array(select id from comment where case_id = file);
        visits := array(select id from visit where case_id = file);
    elsif slip.object = 'commentaire' then
        comments := array(select id from comment where id = subject and case_id is null
            and (created_at at time zone 'Europe/Paris')::date <= until);
        select siren into firm from comment where id = any (comments);
    else
        visits := array(select id from visit where id = subject and case_id is null and visited_on <= until);
        select siren into firm from visit_note where visit_id = any (visits);
    end if;
    if firm is null or {WRITTEN_SINCE} then
        -- It is no longer what was signed: opened again, moved, written in since, kept longer, or gone.
        update elimination_item set settled_at = now(), is_gone = false where slip_id = of_slip and subject_id = subject;
        return false;
    end if;
    comments := coalesce(comments, '{{}}');
    visits := coalesce(visits, '{{}}');
    foreach step slice 1 in array array[
        {BLANKS},
        {STEPS}
    ] loop
        execute step[2] using file, comments, visits, firm;
        get diagnostics gone = row_count;
        if step[1] <> '' and gone > 0 then
            counts := counts || jsonb_build_object(step[1], gone);
        end if;
    end loop;
    update elimination_item set settled_at = now(), is_gone = true, erased = counts
        where slip_id = of_slip and subject_id = subject;
    return true;
end $$
"""
# One place says what is due: the rehearsal of each night, the slips and what erases read it. `$1`: the last day that is due.
LATER = "(($1 + 1)::timestamp at time zone 'Europe/Paris')"
LAST_SEEN = "greatest(a.created_at, a.last_signed_in_at, a.reactivated_at)"
DUE = {
    "accompagnement": "select id, closed_on as day, ctid as place from support_case"
    " where closed_on <= $1 and closed_on is not null and eliminated_at is null",
    "commentaire": "select id, (created_at at time zone 'Europe/Paris')::date as day, ctid as place from comment"
    f" where created_at < {LATER} and case_id is null",
    "visite": "select v.id, v.visited_on as day, v.ctid as place from visit v join visit_note n on n.visit_id = v.id"
    " where v.visited_on <= $1 and v.case_id is null",
    "interlocuteur": "select id, given_on as day, ctid as place from interlocutor where given_on <= $1",
    "notification": "select id, (created_at at time zone 'Europe/Paris')::date as day, ctid as place from notification"
    f" where created_at < {LATER}",
    "annonce": "select id, (created_at at time zone 'Europe/Paris')::date as day, ctid as place from announcement"
    f" where created_at < {LATER}",
    "courriel": "select id, (created_at at time zone 'Europe/Paris')::date as day, ctid as place from email"
    f" where created_at < {LATER} and body_text <> '' and due_at is null",
    "brouillon": "select 0 as id, (saved_at at time zone 'Europe/Paris')::date as day, ctid as place from draft"
    f" where saved_at < {LATER}",
    "fichier_envoye": "select id, (sent_at at time zone 'Europe/Paris')::date as day, ctid as place from case_import"
    f" where sent_at < {LATER} and content <> ''",
    "fichier_annuaire": "select id, (sent_at at time zone 'Europe/Paris')::date as day, ctid as place from directory_file"
    f" where sent_at < {LATER} and content <> ''",
    "agent_parti": f"select a.id, ({LAST_SEEN} at time zone 'Europe/Paris')::date as day, a.ctid as place from agent a"
    f" where {LAST_SEEN} < {LATER} and (not a.active or a.suspended_at is not null) and a.anonymised_at is null"
    " and not exists (select from habilitation h where h.agent_id = a.id and h.ends_on > $1)"
    " and not exists (select from journal j where j.actor_id = a.id)",
}
#: object -> what is done of a batch; `$1`: the places of its rows
PURGES = {
    "interlocuteur": "delete from interlocutor where ctid = any ($1)",
    "notification": "delete from notification where ctid = any ($1)",
    "annonce": "delete from announcement where ctid = any ($1)",
    "courriel": "update email set body_text = '', body_html = '', address = case when address is not null then 'efface@vigie.invalid' end"
    " where ctid = any ($1)",
    "brouillon": "delete from draft where ctid = any ($1)",
    "fichier_envoye": "update case_import set content = '' where ctid = any ($1)",
    "fichier_annuaire": "update directory_file set content = '' where ctid = any ($1)",
}


def _cases(of_each: dict[str, str]) -> str:
    return "\n        ".join(
        f"when '{name}' then $said${said}$said$" for name, said in of_each.items()
    )


SOURCE = f"""
create function retention_source(asked text) returns text language sql immutable as $$
    select case asked
        {_cases(DUE)}
    end
$$
"""
DUE_ROWS = f"""
create function retention_due(asked text, until date) returns table (id integer, day date) language plpgsql {rls.DEFINER} as $$
begin
    if not vigie_system() then
        raise insufficient_privilege using message = 'row-level security: the system alone looks for what is due';
    end if;
    return query execute 'select id, day from (' || retention_source(asked) || ') due' using until;
end $$
"""
# The delay is that of the rule, whoever asks: nothing goes before its day.
PURGE = f"""
create function retention_purge(asked text, batch integer, out gone integer, out oldest date, out newest date)
language plpgsql {rls.DEFINER} as $$
declare
    until date;
    places tid[];
begin
    if not vigie_system() then
        raise insufficient_privilege using message = 'row-level security: the system alone eliminates';
    end if;
    select (now() at time zone 'Europe/Paris')::date - make_interval(months => in_use_months + intermediate_months)
        into strict until from retention_rule where object = asked;
    execute 'select array_agg(place), count(*), min(day), max(day) from (' || retention_source(asked)
        || ' limit $2) due' into places, gone, oldest, newest using until, batch;
    if gone > 0 then
        execute case asked
        {_cases(PURGES)}
        end using places;
    end if;
end $$
"""
FUNCTIONS = (
    "retention_purge(text, integer)",
    "retention_due(text, date)",
    "retention_source(text)",
    "record_eliminate(integer, integer)",
)
REOPEN_REFUSED = "eliminated_at is null or state = 'termine'"
#: found each night by index, whatever the size of the tables
INDEXES = (
    ("ix_support_case_to_eliminate", "support_case", ["closed_on", "id"], ENDED),
    ("ix_comment_alone", "comment", ["created_at", "id"], sa.text("case_id is null")),
    ("ix_visit_alone", "visit", ["visited_on", "id"], sa.text("case_id is null")),
    ("ix_interlocutor_given_on", "interlocutor", ["given_on", "id"], None),
    ("ix_notification_created_at", "notification", ["created_at", "id"], None),
    ("ix_announcement_created_at", "announcement", ["created_at", "id"], None),
    ("ix_email_to_blank", "email", ["created_at", "id"], sa.text("body_text <> '' and due_at is null")),
    ("ix_draft_saved_at", "draft", ["saved_at"], None),
    ("ix_case_import_to_blank", "case_import", ["sent_at", "id"], sa.text("content <> ''")),
    ("ix_directory_file_to_blank", "directory_file", ["sent_at", "id"], sa.text("content <> ''")),
)  # fmt: skip


def upgrade() -> None:
    """Say of an accompagnement when it was eliminated; create the function, and the indexes of what is to be found."""
    op.add_column("support_case", sa.Column("eliminated_at", MOMENT))
    op.create_check_constraint(
        op.f("ck_support_case_eliminated_stays_ended"), "support_case", REOPEN_REFUSED
    )
    op.add_column("agent", sa.Column("anonymised_at", MOMENT))
    for function in (ELIMINATE, SOURCE, DUE_ROWS, PURGE):
        op.execute(function)
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, postgresql_where=where)


def downgrade() -> None:
    """What was eliminated stays so."""
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    op.drop_column("agent", "anonymised_at")
    op.drop_constraint(op.f("ck_support_case_eliminated_stays_ended"), "support_case")
    op.drop_column("support_case", "eliminated_at")
