"""How long each object is kept, the slips of what is eliminated, and whoever gives the visa of the archives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0107"
down_revision = "0105"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
ARCHIVES = rls.has_role("archiviste")
#: whoever may ask that a rule change, and decide what somebody else asked
KEEPERS = rls.has_role("archiviste", "administrateur")
READERS = rls.has_role("archiviste", "administrateur", "controleur")
FATES = "('elimination', 'archivage', 'anonymisation')"
DURATIONS = "in_use_months between 1 and 1200 and intermediate_months between 0 and 1200"
CODE = "Article 5, § 1, e du RGPD"
ARCHIVE = f"{CODE}, articles L. 212-2 et L. 212-3 du code du patrimoine"
#: object, months in use, then intermediate, what becomes of it, why
RULES = (
    ("accompagnement", 24, 36, "elimination", f"{ARCHIVE} ; prescription de cinq ans"),
    ("commentaire", 24, 36, "elimination", ARCHIVE),
    ("visite", 24, 36, "elimination", ARCHIVE),
    ("interlocuteur", 36, 0, "elimination", f"{CODE} : trois ans après le dernier renseignement"),
    ("notification", 24, 0, "elimination", CODE),
    ("annonce", 24, 0, "elimination", CODE),
    ("courriel", 12, 0, "elimination", CODE),
    ("brouillon", 6, 0, "elimination", CODE),
    ("fichier_envoye", 12, 0, "elimination", CODE),
    ("fichier_annuaire", 12, 0, "elimination", CODE),
    ("agent_parti", 14, 0, "anonymisation", f"{CODE} ; le journal, qui garde les noms douze mois, est purgé avant"),
)  # fmt: skip
OBJECTS = ", ".join(repr(rule[0]) for rule in RULES)
DECIDING = ("correspondant", "controleur", "administrateur")


def upgrade() -> None:
    """Create the rules as they are proposed, their changes, what the next night would do, slips and their lines."""
    _create_rules()
    _create_changes()
    _create_rehearsal()
    _create_slips()
    _take_two((*DECIDING, "archiviste"))


def downgrade() -> None:
    """Nothing is kept by rule any more; what was eliminated stays so, and its slips go."""
    _take_two(DECIDING)
    for table in (
        "elimination_item",
        "elimination_slip",
        "retention_rehearsal",
        "retention_change",
        "retention_rule",
    ):
        op.drop_table(table)


def _create_rules() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("object", sa.String(40), nullable=False),
        *_duration(),
        sa.PrimaryKeyConstraint("object", name="pk_retention_rule"),
        *_checks("retention_rule", object_known=f"object in ({OBJECTS})", durations=DURATIONS, fate_known=f"fate in {FATES}"),
    )  # fmt: skip
    rls.protect("retention_rule", read=READERS)
    rls.update_only("retention_rule", "in_use_months", "intermediate_months", "fate", "basis")
    rls.revoke("retention_rule", "delete")
    names = ("object", "in_use_months", "intermediate_months", "fate", "basis")
    table = sa.table("retention_rule", *(sa.column(name) for name in names))
    op.execute("select set_config('vigie.system', 'on', true)")
    op.bulk_insert(table, [dict(zip(names, rule, strict=True)) for rule in RULES])
    op.execute("select set_config('vigie.system', '', true)")


def _create_changes() -> None:
    """A change of a rule: asked by one person with a reason, decided by another."""
    op.create_table(
        "retention_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("object", sa.String(40), nullable=False),
        *_duration(),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Integer, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.Column("is_accepted", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_retention_change"),
        sa.ForeignKeyConstraint(["object"], ["retention_rule.object"], name="fk_retention_change_object_retention_rule"),
        *_keys("retention_change", "asked_by", "decided_by"),
        *_checks(
            "retention_change", durations=DURATIONS, fate_known=f"fate in {FATES}",
            decided_whole="num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)",
            two_people="decided_by <> asked_by", reason_length="char_length(reason) between 1 and 2000",
        ),
    )  # fmt: skip
    op.create_index(
        "uq_retention_change_pending", "retention_change", ["object"], unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )  # fmt: skip
    rls.protect(
        "retention_change",
        read=READERS,
        insert=f"{KEEPERS} and asked_by = {rls.ME} and decided_at is null",
        update=(f"{KEEPERS} and decided_at is null", f"{KEEPERS} and decided_by = {rls.ME}"),
    )
    rls.update_only("retention_change", "decided_by", "decided_at", "is_accepted")
    rls.revoke("retention_change", "delete")


def _create_rehearsal() -> None:
    """What the next night would do of each object: a row each, of numbers alone."""
    op.create_table(
        "retention_rehearsal",
        sa.Column("object", sa.String(40), nullable=False),
        sa.Column("rehearsed_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("oldest_on", sa.Date),
        sa.Column("newest_on", sa.Date),
        sa.Column("examples", sa.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("object", name="pk_retention_rehearsal"),
        sa.ForeignKeyConstraint(["object"], ["retention_rule.object"], name="fk_retention_rehearsal_object_retention_rule"),
    )  # fmt: skip
    rls.protect("retention_rehearsal", read=READERS)


def _create_slips() -> None:
    """A slip says what is eliminated, by which rule, with whose visa; a line is one object of it. Both stay for ever."""
    op.create_table(
        "elimination_slip",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("object", sa.String(40), nullable=False),
        *_duration(),
        sa.Column("until_on", sa.Date, nullable=False),
        sa.Column("oldest_on", sa.Date),
        sa.Column("newest_on", sa.Date),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("takes_visa", sa.Boolean, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.Column("is_accepted", sa.Boolean),
        sa.Column("remark", sa.Text, nullable=False, server_default=""),
        sa.Column("package_sha256", sa.String(64)),
        sa.Column("package_size", sa.BigInteger),
        sa.Column("received_by", sa.Integer),
        sa.Column("received_at", MOMENT),
        sa.Column("executed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_elimination_slip"),
        sa.ForeignKeyConstraint(["object"], ["retention_rule.object"], name="fk_elimination_slip_object_retention_rule"),
        *_keys("elimination_slip", "decided_by", "received_by"),
        *_checks(
            "elimination_slip", durations=DURATIONS, fate_known=f"fate in {FATES}",
            decided_whole="num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)",
            decided_where_asked="takes_visa or decided_by is null",
            executed_once_signed="executed_at is null or not takes_visa or is_accepted",
            packaged_whole="(package_sha256 is null) = (package_size is null)",
            received_whole="(received_by is null) = (received_at is null)",
            received_once_packaged="received_at is null or package_sha256 is not null and is_accepted",
            quantity_counted="quantity >= 0",
            remark_length="char_length(remark) <= 2000",
        ),
    )  # fmt: skip
    op.create_index(
        "uq_elimination_slip_open", "elimination_slip", ["object"], unique=True,
        postgresql_where=sa.text("executed_at is null and is_accepted is not false"),
    )  # fmt: skip
    rls.protect(
        "elimination_slip",
        read=READERS,
        update=(
            f"{ARCHIVES} and takes_visa and executed_at is null and (decided_by is null or is_accepted and received_at is null)",
            (
                f"{ARCHIVES} and executed_at is null and decided_by is not null"
                f" and (decided_by = {rls.ME} or received_by = {rls.ME})"
            ),
        ),
    )
    rls.update_only(
        "elimination_slip", "decided_by", "decided_at", "is_accepted", "remark", "package_sha256", "package_size",
        "received_by", "received_at", "quantity", "oldest_on", "newest_on", "executed_at",
    )  # fmt: skip
    rls.revoke("elimination_slip", "delete")
    op.create_table(
        "elimination_item",
        sa.Column("slip_id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("is_gone", sa.Boolean),
        sa.Column("erased", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("slip_id", "subject_id", name="pk_elimination_item"),
        sa.ForeignKeyConstraint(["slip_id"], ["elimination_slip.id"], name="fk_elimination_item_slip_id_elimination_slip"),
        *_checks("elimination_item", settled_whole="(settled_at is null) = (is_gone is null)"),
    )  # fmt: skip
    op.create_index(
        "ix_elimination_item_to_settle", "elimination_item", ["slip_id", "subject_id"],
        postgresql_where=sa.text("settled_at is null"),
    )  # fmt: skip
    op.create_index("ix_elimination_item_subject_id", "elimination_item", ["subject_id"])
    rls.protect("elimination_item", read=READERS)
    rls.update_only("elimination_item", "settled_at", "is_gone", "erased")
    rls.revoke("elimination_item", "delete")


def _take_two(roles: tuple[str, ...]) -> None:
    """Have these roles, and no other, be asked by one person and given by another; have two people wake who holds one."""
    names = ", ".join(map(repr, roles))
    known = op.f("ck_role_request_role_known")
    op.execute("select set_config('vigie.system', 'on', true)")
    op.execute(f"delete from role_request where role not in ({names})")
    op.execute("select set_config('vigie.system', '', true)")
    op.drop_constraint(known, "role_request")
    op.create_check_constraint(known, "role_request", f"role in ({names})")
    rls.drop_policy("agent_role", "insert")
    rls.create_policy("agent_role", "insert", f"for insert with check ({_given(names)})")
    op.execute(WAKING.format(names=names))


def _given(names: str) -> str:
    plain = "role_id = (select id from role where name = 'agent')"
    decides = f"role_id in (select id from role where name in ({names}))"
    return (
        f"({rls.IN_CHARGE_OF_ANOTHER} and ({plain} or ({rls.ADMINISTRATORS} and not {decides})))"
        f" or (agent_id <> {rls.ME} and {ASKED})"
    )


def _duration() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("in_use_months", sa.Integer, nullable=False),
        sa.Column("intermediate_months", sa.Integer, nullable=False),
        sa.Column("fate", sa.String(40), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
    )


def _keys(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_{table}_{column}_agent")
        for column in columns
    ]


def _checks(table: str, **conditions: str) -> list[sa.CheckConstraint]:
    basis = {"basis_length": "char_length(basis) between 1 and 500"}
    every = conditions if table == "elimination_item" else {**conditions, **basis}
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in every.items()
    ]


CONTROLLERS = rls.has_role("controleur")
#: what somebody else asked for, and not somebody who has just given what I asked for
ASKED = f"""exists (select from role_request r join role o on o.name = r.role
    where r.agent_id = agent_role.agent_id and o.id = agent_role.role_id and r.state = 'en_attente' and r.requested_by <> {rls.ME}
    and ({CONTROLLERS} or ({rls.has_role("correspondant")} and r.role = 'correspondant' and {rls.SAME_ADMINISTRATION}))
    and not exists (select from role_request b where b.requested_by = {rls.ME} and b.decided_by = r.requested_by
        and b.state = 'validee' and b.decided_at > now() - interval '180 days'))"""
# The policies say who may write the account; they see no former value.
WAKING = """
create or replace function agent_waking() returns trigger language plpgsql as $$
begin
    if vigie_agent() is null then
        return new;
    end if;
    if new.waking_asked_by is distinct from old.waking_asked_by and coalesce(new.waking_asked_by, vigie_agent()) <> vigie_agent() then
        raise insufficient_privilege using message = 'row-level security: nobody asks in the name of another';
    end if;
    if (new.reactivated_at is distinct from old.reactivated_at or (new.active and not old.active))
        and exists (select from agent_role h join role r on r.id = h.role_id
            where h.agent_id = new.id and r.name in ({names}))
        and not coalesce(old.waking_asked_by <> vigie_agent() and old.waking_asked_at > now() - interval '7 days', false)
    then
        raise insufficient_privilege using message = 'row-level security: two people wake an account that decides';
    end if;
    return new;
end $$
"""
