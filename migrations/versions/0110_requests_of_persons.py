"""The register of what natural persons ask, with the clock of each; what was searched for them, what is theirs, the file they are given."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
KEEPERS = rls.has_role("controleur", "administrateur")
#: nobody searches a person, nor reads what is theirs, as somebody else
IN_PERSON = "(select vigie_seen_by()) is null"
#: whoever treats the request that a row is of
TREATS = f"""({rls.has_role("controleur")} and {IN_PERSON}
    and exists (select from person_request r where r.id = request_id and r.handler_id = {rls.ME}))"""
#: …while it is open, once the person is known to be who they say
SEARCHES = f"""({rls.has_role("controleur")} and {IN_PERSON} and exists (select from person_request r
    where r.id = request_id and r.handler_id = {rls.ME} and r.proof is not null and r.outcome is null))"""
KNOWN = {
    "kind": ("acces", "rectification", "opposition", "effacement", "limitation"),
    "received_by": ("courriel", "courrier", "telephone", "sur_place", "partenaire"),
    "proof": ("piece", "coordonnees", "compte", "mandat"),
    "outcome": ("satisfaite", "en_partie", "refusee", "rien_trouve", "identite", "sans_suite"),
}
CHECKS = {
    "due_after": "first_due_on > received_on and due_on >= first_due_on",
    "extended_whole": "num_nonnulls(extended_on, extension_reason) in (0, 2)",
    "extended_once": "(due_on > first_due_on) = (extended_on is not null)",
    "extended_in_time": "extended_on <= first_due_on",
    "proved_whole": "num_nonnulls(proof, proof_on, proof_by) in (0, 3)",
    "answered_whole": "num_nonnulls(outcome, answer, answered_on, answered_by) in (0, 4)",
    "answered_after": "answered_on >= received_on",
    "reachable": "name <> '' or email <> '' or telephone <> ''",
    "name_length": "char_length(name) <= 120",
    "email_length": "char_length(email) <= 254",
    "telephone_length": "char_length(telephone) <= 20",
    "body_length": "char_length(body) between 1 and 10000",
    "extension_reason_length": "char_length(extension_reason) between 1 and 1000",
    "answer_length": "char_length(answer) between 1 and 10000",
}


def upgrade() -> None:
    """Create the tables."""
    _create_request()
    _create_search()
    _create_finding()
    _create_file()


def downgrade() -> None:
    """Drop them: the former version has no register."""
    for table in ("person_file", "person_finding", "person_search", "person_request"):
        op.drop_table(table)


def _create_request() -> None:
    op.create_table(
        "person_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("email", sa.Text, nullable=False, server_default=""),
        sa.Column("telephone", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("received_by", sa.String(40), nullable=False),
        sa.Column("first_due_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("extended_on", sa.Date),
        sa.Column("extension_reason", sa.Text),
        sa.Column("proof", sa.String(40)),
        sa.Column("proof_on", sa.Date),
        sa.Column("proof_by", sa.Integer),
        sa.Column("handler_id", sa.Integer),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("outcome", sa.String(40)),
        sa.Column("answer", sa.Text),
        sa.Column("answered_on", sa.Date),
        sa.Column("answered_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_person_request"),
        *(_agent("person_request", column) for column in ("proof_by", "handler_id", "author_id", "answered_by")),
        *(
            sa.CheckConstraint(f"{column} in {codes}", name=op.f(f"ck_person_request_{column}_known"))
            for column, codes in KNOWN.items()
        ),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_person_request_{name}"))
            for name, condition in CHECKS.items()
        ),
    )  # fmt: skip
    op.create_index("ix_person_request_due_on", "person_request", ["due_on", "id"])
    rls.protect(
        "person_request",
        read=KEEPERS,
        insert=f"{KEEPERS} and author_id = {rls.ME} and outcome is null and proof is null and extended_on is null",
        update=(
            f"{KEEPERS} and outcome is null",
            f"{KEEPERS} and (outcome is null or (handler_id = {rls.ME} and answered_by = {rls.ME}))",
        ),
    )
    rls.update_only(
        "person_request", "due_on", "extended_on", "extension_reason", "proof", "proof_on", "proof_by",
        "handler_id", "outcome", "answer", "answered_on", "answered_by",
    )  # fmt: skip
    rls.revoke("person_request", "delete")


def _create_search() -> None:
    """Asked for a reason, by whoever treats the request; never rewritten."""
    op.create_table(
        "person_search",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("request_id", sa.Integer, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("email", sa.Text, nullable=False, server_default=""),
        sa.Column("telephone", sa.Text, nullable=False, server_default=""),
        sa.Column("searched_by", sa.Integer, nullable=False),
        sa.Column("searched_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_person_search"),
        _of_request("person_search"),
        _agent("person_search", "searched_by"),
        sa.CheckConstraint(
            "char_length(motive) between 1 and 500", name=op.f("ck_person_search_motive_length")
        ),
    )
    op.create_index("ix_person_search_request_id", "person_search", ["request_id", "id"])
    rls.protect("person_search", read=TREATS, insert=f"{SEARCHES} and searched_by = {rls.ME}")
    rls.revoke("person_search", "update", "delete")


def _create_finding() -> None:
    """What was found and is theirs; what was done of it."""
    op.create_table(
        "person_finding",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("request_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("kept_by", sa.Integer, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("act", sa.String(40)),
        sa.Column("act_reason", sa.Text),
        sa.Column("acted_by", sa.Integer),
        sa.Column("acted_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_person_finding"),
        _of_request("person_finding"),
        _agent("person_finding", "kept_by"),
        _agent("person_finding", "acted_by"),
        sa.CheckConstraint(
            "act in ('rectifie', 'efface', 'refuse')", name=op.f("ck_person_finding_act_known")
        ),
        sa.CheckConstraint(
            "num_nonnulls(act, act_reason, acted_by, acted_at) in (0, 4)",
            name=op.f("ck_person_finding_acted_whole"),
        ),
        sa.CheckConstraint(
            "char_length(act_reason) between 1 and 1000",
            name=op.f("ck_person_finding_act_reason_length"),
        ),
    )
    op.create_index(
        "uq_person_finding_object", "person_finding", ["request_id", "kind", "object_id"], unique=True
    )  # fmt: skip
    rls.protect(
        "person_finding",
        read=TREATS,
        insert=f"{SEARCHES} and kept_by = {rls.ME} and act is null",
        update=(SEARCHES, f"{SEARCHES} and acted_by = {rls.ME}"),
        delete=f"{SEARCHES} and act is null",
    )
    rls.update_only("person_finding", "act", "act_reason", "acted_by", "acted_at")


def _create_file() -> None:
    """Written by the worker, read for some days by whoever treats the request, then forgotten."""
    op.create_table(
        "person_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("request_id", sa.Integer, nullable=False),
        sa.Column("asked_by", sa.Integer, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("content", sa.LargeBinary),
        sa.Column("sha256", sa.Text),
        sa.Column("made_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_person_file"),
        _of_request("person_file"),
        _agent("person_file", "asked_by"),
        sa.CheckConstraint(
            "num_nonnulls(content, sha256, made_at, expires_at) in (0, 4)",
            name=op.f("ck_person_file_made_whole"),
        ),
        sa.CheckConstraint(
            "sha256 = encode(sha256(content), 'hex')", name=op.f("ck_person_file_digested")
        ),
    )
    op.create_index("ix_person_file_request_id", "person_file", ["request_id", "id"])
    op.create_index("ix_person_file_expires_at", "person_file", ["expires_at"])
    rls.protect(
        "person_file", read=TREATS, insert=f"{SEARCHES} and asked_by = {rls.ME} and content is null"
    )


def _agent(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_{table}_{column}_agent")


def _of_request(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["request_id"], ["person_request.id"], name=f"fk_{table}_request_id_person_request"
    )
