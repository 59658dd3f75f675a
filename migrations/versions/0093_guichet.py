"""The guichet: needs in the words of a head of firm, guichets of themes, links of follow-up, what firms say of the help they had."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TABLES = ("satisfaction", "follow_up", "door_sending", "door_knock", "landing")
KEEPERS = rls.has_role("orienteur", "administrateur")
KNOCKS = ("reseau", "telephone", "courriel", "siren", "recherche")
HELPS = ("oui", "en_partie", "non")
#: subject of a new instance -> how the guichet says it, and what helps to choose
WORDINGS = {
    "Étaler une dette sociale": (
        "Je ne peux pas payer mes cotisations Urssaf, ou pas toutes",
        "Obtenir un délai, comprendre une relance, éviter une inscription de privilège.",
    ),
    "Étaler une dette fiscale": (
        "Je ne peux pas payer mes impôts ou ma TVA, ou pas tous",
        "Obtenir un délai auprès des impôts, répondre à une mise en demeure.",
    ),
    "Étaler plusieurs dettes publiques (CCSF)": (
        "Je dois de l’argent à plusieurs administrations",
        "Un seul plan pour l’Urssaf, les impôts et les caisses de retraite.",
    ),
    "Suivre et prévoir sa trésorerie": (
        "Je ne sais plus où va ma trésorerie",
        "Faire le point, prévoir les prochains mois, savoir quoi payer d’abord.",
    ),
    "Renégocier un crédit, saisir la médiation du crédit": (
        "Ma banque me refuse un crédit, ou veut le réduire",
        "Parler à nouveau avec la banque, saisir la médiation du crédit, qui est gratuite.",
    ),
    "Financer le besoin en fonds de roulement": (
        "Je dois payer avant d’être payé",
        "Financer un stock, une commande, l’attente des règlements.",
    ),
    "Trouver des fonds propres": (
        "Je cherche des associés ou des fonds propres",
        "Renforcer le capital, trouver un investisseur ou un prêt participatif.",
    ),
    "Recourir à l’activité partielle": (
        "Je n’ai plus assez de travail pour mes salariés",
        "Réduire les heures pendant un temps sans licencier : l’activité partielle.",
    ),
    "Adapter les effectifs": (
        "Je dois revoir le nombre de mes salariés",
        "Savoir ce qui est possible, et comment le faire dans les règles.",
    ),
    "Former ou reconvertir des salariés": (
        "Je veux former ou reconvertir des salariés",
        "Trouver une formation et de quoi la payer.",
    ),
    "Demander un mandat ad hoc ou une conciliation": (
        "Je veux négocier avec mes créanciers, discrètement",
        "Un mandat ad hoc ou une conciliation, confidentiels, avant d’être en cessation de paiements.",
    ),
    "Préparer une sauvegarde ou un redressement": (
        "Je crains de ne plus pouvoir payer ce que je dois",
        "Préparer une sauvegarde ou un redressement avec quelqu’un, et à temps.",
    ),
    "Être soutenu moralement quand on dirige": (
        "Je n’en peux plus, j’ai besoin de parler à quelqu’un",
        "Une écoute gratuite et confidentielle, pour celles et ceux qui dirigent.",
    ),
    "Faire un diagnostic de la situation": (
        "Je veux faire le point sur mon entreprise",
        "Un regard de l’extérieur sur ce qui va et ce qui ne va pas.",
    ),
    "Trouver des clients, exporter": (
        "Je cherche des clients, en France ou ailleurs",
        "Répondre à un marché public, exporter, vendre autrement.",
    ),
    "Transmettre ou reprendre une entreprise": (
        "Je veux céder mon entreprise, ou en reprendre une",
        "Préparer la vente, trouver un repreneur, reprendre.",
    ),
    "Sécuriser ses approvisionnements": (
        "Je manque de matières ou de pièces, ou elles coûtent trop cher",
        "Trouver d’autres fournisseurs, négocier, relocaliser.",
    ),
    "Réduire sa facture d’énergie": (
        "Ma facture d’énergie est trop lourde",
        "Comprendre un contrat, réduire ce qui est consommé, les aides qui existent.",
    ),
    "Être payé par un client": (
        "Un client ne me paie pas",
        "Relancer, faire intervenir un médiateur, engager une procédure simple.",
    ),
    "Régler un conflit avec un client ou un fournisseur": (
        "Je suis en conflit avec un client ou un fournisseur",
        "Le médiateur des entreprises, gratuit et confidentiel.",
    ),
}


def upgrade() -> None:
    """Create them; the subjects of a new instance get their words."""
    _word_subjects()
    _create_landing()
    _create_door()
    _create_following()


def downgrade() -> None:
    """The former version has no guichet: links of follow-up and opinions are lost."""
    op.execute("select set_config('vigie.system', 'on', true)")
    op.execute(f"revoke delete on need_message from {rls.app_role()}")
    for column in ("landing_id", "consent_text"):
        op.drop_column("solicitation", column)
    for table in TABLES:
        op.drop_table(table)
    for column in ("public_help", "public_wording"):
        op.drop_column("referral_subject", column)


def _word_subjects() -> None:
    for column, longest in (("public_wording", 160), ("public_help", 500)):
        op.add_column(
            "referral_subject", sa.Column(column, sa.Text, server_default="", nullable=False)
        )
        op.create_check_constraint(
            op.f(f"ck_referral_subject_{column}_length"),
            "referral_subject",
            f"char_length({column}) <= {longest}",
        )
    op.execute("select set_config('vigie.system', 'on', true)")
    worded = sa.text(
        "update referral_subject set public_wording = :wording, public_help = :helping where label = :label"
    )
    for label, (wording, helping) in WORDINGS.items():
        op.get_bind().execute(worded, {"label": label, "wording": wording, "helping": helping})
    op.execute("select set_config('vigie.system', '', true)")


def _create_landing() -> None:
    op.create_table(
        "landing",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("intro", sa.Text, server_default="", nullable=False),
        sa.Column("partner", sa.Text, server_default="", nullable=False),
        sa.Column("subject_ids", postgresql.ARRAY(sa.Integer), server_default="{}", nullable=False),
        sa.Column("origins", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("archived_at", MOMENT),
        sa.UniqueConstraint("slug", name="uq_landing_slug"),
        _check(
            "landing", "slug_shape", "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 60"
        ),
        _check("landing", "title_length", "char_length(title) between 1 and 160"),
        _check("landing", "intro_length", "char_length(intro) <= 2000"),
        _check("landing", "partner_length", "char_length(partner) <= 160"),
    )
    rls.protect("landing", read=KEEPERS, insert=KEEPERS, update=KEEPERS)
    rls.revoke("landing", "delete")
    op.add_column(
        "solicitation", sa.Column("consent_text", sa.Text, server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_solicitation_consent_text_length"),
        "solicitation",
        "char_length(consent_text) <= 10000",
    )
    op.add_column("solicitation", sa.Column("landing_id", sa.Integer))
    op.create_foreign_key(
        "fk_solicitation_landing_id_landing", "solicitation", "landing", ["landing_id"], ["id"]
    )
    op.create_index("ix_solicitation_landing_id", "solicitation", ["landing_id"])


def _create_door() -> None:
    op.create_table(
        "door_knock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("knocked_at", MOMENT, server_default=NOW, nullable=False),
        _known("door_knock", "kind", KNOCKS),
    )
    op.create_index("ix_door_knock_digest", "door_knock", ["digest", "knocked_at"])
    op.create_index("ix_door_knock_knocked_at", "door_knock", ["knocked_at"])
    op.create_table(
        "door_sending",
        sa.Column("form", sa.LargeBinary, primary_key=True),
        sa.Column("said", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_door_sending_sent_at", "door_sending", ["sent_at"])
    for table in ("door_knock", "door_sending"):
        rls.protect(table, read=rls.SYSTEM)
        rls.revoke(table, "update")


def _create_following() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("solicitation_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.UniqueConstraint("digest", name="uq_follow_up_digest"),
        sa.ForeignKeyConstraint(
            ["solicitation_id"],
            ["solicitation.id"],
            name="fk_follow_up_solicitation_id_solicitation",
        ),
    )
    op.create_index("ix_follow_up_solicitation_id", "follow_up", ["solicitation_id"])
    rls.protect("follow_up", read=rls.SYSTEM)
    rls.update_only("follow_up", "revoked_at")
    op.create_table(
        "satisfaction",
        sa.Column("need_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("changed_at", MOMENT),
        sa.Column("was_called", sa.Boolean),
        sa.Column("was_quick", sa.Boolean),
        sa.Column("helped", sa.String(40)),
        sa.Column("recommends", sa.Boolean),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        _known("satisfaction", "helped", HELPS),
        _check(
            "satisfaction",
            "answered_whole",
            "num_nulls(answered_at, was_called, was_quick, helped, recommends) in (0, 5)",
        ),
        _check("satisfaction", "comment_length", "char_length(comment) <= 10000"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_satisfaction_need_id_need"),
    )
    op.create_index("ix_satisfaction_answered_at", "satisfaction", ["answered_at"])
    mine = "need_id = any ((select vigie_my_needs())::integer[])"
    rls.protect("satisfaction", read=f"({mine} or {rls.has_role('orienteur')})")
    rls.revoke("satisfaction", "delete")
    # What a thread says of a person is erased with the rest; the policy of the system alone lets it.
    op.execute(f"grant delete on need_message to {rls.app_role()}")


def _known(table: str, column: str, codes: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{code}'" for code in codes)
    return _check(table, f"{column}_known", f"{column} in ({listed})")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
