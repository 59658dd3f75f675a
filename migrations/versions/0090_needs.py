"""What firms ask, to which experts each need is put and what they answer; an e-mail may go to somebody without an account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TABLES = (
    "need_message", "referral_change", "contact_reading", "referral", "need_routing", "need", "solicitation_contact",
    "solicitation",
)  # fmt: skip
#: the team: checks what comes in, and puts needs to somebody when nobody answers
TEAM = rls.has_role("orienteur")
STATES = ("a_traiter", "prise_en_charge", "aide_proposee", "pas_d_aide", "injoignable", "pas_pour_moi", "expiree", "revoquee")  # fmt: skip
NEED_STATES = ("a_traiter", "prise_en_charge", "aide_proposee", "pas_d_aide", "injoignable", "sans_expert", "retire")  # fmt: skip
CAUSES = ("envoi", "refus", "expiration", "depart", "equipe")
REASONS = ("sujet", "territoire", "entreprise", "charge", "conflit", "autre")
ACTORS = ("agent", "lien", "entreprise", "vigie")

MANAGED = "select m.antenne_id from antenne_manager m where m.agent_id = vigie_agent() and m.removed_at is null"
ANSWERED = f"select e.id from expert e where e.agent_id = vigie_agent() or e.antenne_id in ({MANAGED})"  # fmt: skip
#: the referrals that whoever asks answers: as the expert, or as a manager of their antenne
MY_REFERRALS = f"""
create function vigie_my_referrals() returns integer[] language sql stable {rls.DEFINER} as $$
    select coalesce(array_agg(r.id), '{{}}') from referral r where r.expert_id in ({ANSWERED})
$$
"""
#: the needs that whoever asks reads: those they answer, those they sent, those of their accompagnements
MY_NEEDS = f"""
create function vigie_my_needs() returns integer[] language sql stable {rls.DEFINER} as $$
    select coalesce(array_agg(own.id), '{{}}') from (
        select r.need_id as id from referral r where r.expert_id in ({ANSWERED})
        union
        select n.id from need n join solicitation s on s.id = n.solicitation_id
        where s.author_id = vigie_agent() or s.case_id = any (vigie_cases())
    ) own
$$
"""
#: the solicitations whose contact they read: not once what was put to them is taken back
MY_CONTACTS = f"""
create function vigie_my_contacts() returns integer[] language sql stable {rls.DEFINER} as $$
    select coalesce(array_agg(own.id), '{{}}') from (
        select n.solicitation_id as id from need n join referral r on r.need_id = n.id
        where r.expert_id in ({ANSWERED}) and r.state not in ('revoquee', 'pas_pour_moi', 'expiree')
        union
        select s.id from solicitation s where s.author_id = vigie_agent() or s.case_id = any (vigie_cases())
    ) own
$$
"""
FUNCTIONS = ("vigie_my_referrals", "vigie_my_needs", "vigie_my_contacts")
MINE = "any ((select vigie_my_needs())::integer[])"
READ_NEED = f"(id = {MINE} or {TEAM})"
OF_NEED = f"(need_id = {MINE} or {TEAM})"
ANSWER = "id = any ((select vigie_my_referrals())::integer[])"


#: what the team reads besides
DIRECTORY = (
    "referral_fallback", "expert_absence", "competence", "expert", "antenne_manager", "antenne", "institution",
    "referral_subject", "referral_theme",
)  # fmt: skip
KEPT = f"({rls.HABILITATED} or {rls.ADMINISTRATORS})"


def upgrade() -> None:
    """Create the tables, the functions that say whose each need is, then the policies that stand on them."""
    _create_solicitation()
    _create_need()
    _create_referral()
    _create_thread()
    _widen_email()
    # What a need is read by is looked up beyond what the reader reads.
    for table in ("solicitation", "need", "referral", "expert", "antenne_manager"):
        rls.create_policy(table, "owner", "for select to current_user using (true)")
    for function in (MY_REFERRALS, MY_NEEDS, MY_CONTACTS):
        op.execute(function)
    _protect()
    _open_directory(f"({KEPT} or {TEAM})")


def downgrade() -> None:
    """The former version has no need; what was written to people without an account is lost."""
    op.execute("select set_config('vigie.system', 'on', true)")
    _open_directory(KEPT)
    for table in TABLES:
        _drop_policies(table)
    for table in ("expert", "antenne_manager"):
        rls.drop_policy(table, "owner")
    for function in FUNCTIONS:
        op.execute(f"drop function {function}()")
    for table in TABLES:
        op.drop_table(table)
    op.drop_constraint(op.f("ck_email_to_one"), "email")
    op.execute("delete from email where agent_id is null")
    op.drop_column("email", "address")
    op.alter_column("email", "agent_id", nullable=False)


def _drop_policies(table: str) -> None:
    op.execute(f"""
        do $$ declare one record; begin
            for one in select policyname from pg_policies where tablename = '{table}' loop
                execute format('drop policy %I on {table}', one.policyname);
            end loop;
        end $$
    """)


def _widen_email() -> None:
    op.alter_column("email", "agent_id", nullable=True)
    op.add_column("email", sa.Column("address", sa.Text))
    op.create_check_constraint(op.f("ck_email_to_one"), "email", "num_nonnulls(agent_id, address) = 1")  # fmt: skip


def _create_solicitation() -> None:
    op.create_table(
        "solicitation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("firm_name", "commune", "department", "message")],
        sa.Column("has_debt", sa.Boolean),
        sa.Column("is_first", sa.Boolean),
        sa.Column("case_id", sa.Integer),
        sa.Column("author_id", sa.Integer),
        sa.Column("consent_how", sa.String(40), nullable=False),
        sa.Column("consent_on", sa.Date, nullable=False),
        sa.Column("consent_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("verdict", sa.String(40), server_default="a_verifier", nullable=False),
        sa.Column("verdict_at", MOMENT),
        sa.Column("verdict_by", sa.Integer),
        sa.Column("erased_at", MOMENT),
        _known("solicitation", "origin", ("guichet", "conseiller", "accompagnement")),
        _known("solicitation", "consent_how", ("formulaire", "oral", "ecrit", "passe_outre")),
        _known("solicitation", "verdict", ("a_verifier", "conforme", "hors_champ", "doublon", "abus", "particulier")),
        _check("solicitation", "firm_name_length", "char_length(firm_name) <= 160"),
        _check("solicitation", "message_length", "char_length(message) <= 10000"),
        _check("solicitation", "consent_by_length", "char_length(consent_by) between 1 and 500"),
        _check("solicitation", "case_of_its_origin", "(origin = 'accompagnement') = (case_id is not null)"),
        _check("solicitation", "author_unless_public", "(origin = 'guichet') = (author_id is null)"),
        *_keys("solicitation", case_id="support_case", author_id="agent", verdict_by="agent"),
    )  # fmt: skip
    for column in ("siren", "case_id", "author_id"):
        op.create_index(f"ix_solicitation_{column}", "solicitation", [column])
    op.create_index("ix_solicitation_created_at", "solicitation", ["created_at", "id"])
    op.create_index(
        "ix_solicitation_to_check", "solicitation", ["id"],
        postgresql_where=sa.text("verdict = 'a_verifier'"),
    )  # fmt: skip
    op.create_table(
        "solicitation_contact",
        sa.Column("solicitation_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("telephone", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        _check("solicitation_contact", "name_length", "char_length(name) between 1 and 160"),
        _check("solicitation_contact", "telephone_length", "char_length(telephone) <= 20"),
        _check("solicitation_contact", "email_length", "char_length(email) <= 254"),
        _check("solicitation_contact", "reachable", "telephone <> '' or email <> ''"),
        *_keys("solicitation_contact", solicitation_id="solicitation"),
    )


def _create_need() -> None:
    op.create_table(
        "need",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("solicitation_id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("taken_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", sa.String(40)),
        sa.Column("withdrawal_reason", sa.Text, server_default="", nullable=False),
        _known("need", "state", NEED_STATES),
        _known("need", "withdrawn_by", ACTORS),
        _check("need", "withdrawn_when_said", "(state = 'retire') = (withdrawn_at is not null)"),
        _check("need", "withdrawn_by_one", "(withdrawn_at is null) = (withdrawn_by is null)"),
        _check("need", "withdrawal_reason_length", "char_length(withdrawal_reason) <= 500"),
        *_keys("need", solicitation_id="solicitation", subject_id="referral_subject"),
    )
    op.create_index("ix_need_subject_id", "need", ["subject_id"])
    op.create_index("uq_need_subject", "need", ["solicitation_id", "subject_id"], unique=True)
    op.create_index("ix_need_state", "need", ["state", "id"])
    op.create_index("ix_need_created_at", "need", ["created_at", "id"])
    op.create_table(
        "need_routing",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("need_id", sa.Integer, nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("routed_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("gap", sa.Text),
        sa.Column("rejections", postgresql.JSONB, nullable=False),
        _known("need_routing", "cause", CAUSES),
        *_keys("need_routing", need_id="need"),
    )
    op.create_index("ix_need_routing_need_id", "need_routing", ["need_id"])


def _create_referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("need_id", sa.Integer, nullable=False),
        sa.Column("expert_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), server_default="a_traiter", nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("why", postgresql.JSONB, nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("sent_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("taken_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("version", sa.Integer, server_default="0", nullable=False),
        _known("referral", "state", STATES),
        _known("referral", "cause", CAUSES),
        _known("referral", "reason", REASONS),
        _check("referral", "refused_with_a_reason", "(state = 'pas_pour_moi') = (reason is not null)"),
        *_keys("referral", need_id="need", expert_id="expert"),
    )  # fmt: skip
    op.create_index("uq_referral_expert", "referral", ["need_id", "expert_id"], unique=True)
    op.create_index("ix_referral_of_expert", "referral", ["expert_id", "state", "id"])
    op.create_index(
        "ix_referral_due", "referral", ["answer_by", "id"],
        postgresql_where=sa.text("state in ('a_traiter', 'prise_en_charge')"),
    )  # fmt: skip
    op.create_table(
        "referral_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("referral_id", sa.Integer, nullable=False),
        sa.Column("before", sa.String(40)),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.Integer),
        sa.Column("note", sa.Text, server_default="", nullable=False),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        _known("referral_change", "before", STATES),
        _known("referral_change", "after", STATES),
        _known("referral_change", "actor", ACTORS),
        _check("referral_change", "agent_of_its_actor", "(actor = 'agent') = (agent_id is not null)"),
        _check("referral_change", "note_length", "char_length(note) <= 10000"),
        *_keys("referral_change", referral_id="referral", agent_id="agent"),
    )  # fmt: skip
    op.create_index("ix_referral_change_referral_id", "referral_change", ["referral_id"])


def _create_thread() -> None:
    op.create_table(
        "need_message",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("need_id", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer),
        sa.Column("referral_id", sa.Integer),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("written_at", MOMENT, server_default=NOW, nullable=False),
        _check("need_message", "by_one", "num_nonnulls(author_id, referral_id) = 1"),
        _check("need_message", "body_length", "char_length(body) between 1 and 10000"),
        *_keys("need_message", need_id="need", author_id="agent", referral_id="referral"),
    )
    op.create_index("ix_need_message_need_id", "need_message", ["need_id"])
    op.create_table(
        "contact_reading",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("solicitation_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer),
        sa.Column("referral_id", sa.Integer),
        sa.Column("read_at", MOMENT, server_default=NOW, nullable=False),
        _check("contact_reading", "by_one", "num_nonnulls(agent_id, referral_id) >= 1"),
        *_keys("contact_reading", solicitation_id="solicitation", agent_id="agent", referral_id="referral"),
    )  # fmt: skip
    op.create_index("ix_contact_reading_solicitation_id", "contact_reading", ["solicitation_id"])


def _protect() -> None:
    """Who sends a need, who answers it and the team read it; only Vigie says to whom it is put and where it stands."""
    of_need = (
        f"exists (select from need n where n.solicitation_id = solicitation.id and n.id = {MINE})"
    )
    rls.protect("solicitation", read=f"(author_id = {rls.ME} or {of_need} or {TEAM})")
    contacts = "solicitation_id = any ((select vigie_my_contacts())::integer[])"
    rls.protect("solicitation_contact", read=f"({contacts} or {TEAM})")
    rls.protect("contact_reading", read=f"({rls.MINE} or {TEAM})", insert=rls.MINE)
    rls.protect("need", read=READ_NEED)
    rls.protect("need_routing", read=OF_NEED)
    rls.protect("referral", read=OF_NEED, update=f"({ANSWER} or {TEAM})")
    rls.update_only("referral", "state", "reason", "answer_by", "taken_at", "closed_at", "version")
    of_referral = f"exists (select from referral r where r.id = referral_id and r.need_id = {MINE})"
    mine = "referral_id = any ((select vigie_my_referrals())::integer[])"
    rls.protect(
        "referral_change", read=f"({of_referral} or {TEAM})",
        insert=f"agent_id = {rls.ME} and ({mine} or {TEAM})",
    )  # fmt: skip
    rls.protect("need_message", read=OF_NEED, insert=f"author_id = {rls.ME} and {OF_NEED}")
    for table in ("contact_reading", "need_routing", "referral_change", "need_message"):
        rls.revoke(table, "update")
    for table in TABLES:
        if table != "solicitation_contact":
            rls.revoke(table, "delete")


def _open_directory(readers: str) -> None:
    for table in DIRECTORY:
        rls.drop_policy(table, "read")
        rls.create_policy(table, "read", f"for select using ({readers})")


def _known(table: str, column: str, codes: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{code}'" for code in codes)
    return _check(table, f"{column}_known", f"{column} in ({listed})")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns.items()
    ]
