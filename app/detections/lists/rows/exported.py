"""The columns of the spreadsheet of a list: what each says, in which unit, from which source, of which nature."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.access.identity import Nature
from app.core.text.exports.spreadsheets import CellKind, Column

#: what Vigie itself says: its lists, its follow-up
VIGIE = "vigie"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A column: the cell that it holds, and the ``source`` of its figures, as `find_freshness` names it."""

    cell: str
    column: Column
    source: str
    #: the nature of its cells; `None` when everybody reads them
    nature: Nature | None = None


def _text(cell: str, label: str, width: int, source: str, nature: Nature | None = None) -> Exported:
    return _of(CellKind.TEXT, cell, label, width, source, nature)


def _of(
    kind: CellKind, cell: str, label: str, width: int, source: str, nature: Nature | None = None
) -> Exported:
    return Exported(cell=cell, column=Column(label, kind, width), source=source, nature=nature)


COLUMNS: tuple[Exported, ...] = (
    _text("siren", "Siren", 12, "sirene_ul"),
    _text("head_office", "Siret du siège", 16, "sirene_etab"),
    _text("name", "Entreprise", 40, "sirene_ul"),
    _text("naf", "Code NAF", 10, "sirene_ul"),
    _text("activity", "Activité (libellé NAF)", 40, "sirene_ul"),
    _text("legal_form", "Forme juridique", 30, "sirene_ul"),
    _of(CellKind.DATE, "created_on", "Créée le", 12, "sirene_ul"),
    _text("department", "Département du siège", 12, "sirene_etab"),
    _text("commune", "Commune du siège", 24, "sirene_etab"),
    _of(CellKind.NUMBER, "workforce", "Effectif (salariés)", 10, "effectif_ent"),
    _of(CellKind.DATE, "workforce_month", "Effectif du mois de", 12, "effectif_ent"),
    _text("level", "Niveau", 18, VIGIE, Nature.SCORE),
    _text("novelty", "Nouveauté", 18, VIGIE, Nature.SCORE),
    _text("cause", "Pourquoi", 50, VIGIE, Nature.SCORE),
    _text("rules", "Règles d’expert", 40, VIGIE, Nature.SCORE),
    _text("signal", "Signalement humain", 24, VIGIE),
    _of(CellKind.EUROS, "debt", "Dette sociale (€)", 16, "debit", Nature.URSSAF),
    _of(CellKind.NUMBER, "debt_change", "Évolution de la dette sur un an (%)", 16, "debit", Nature.URSSAF),
    _of(CellKind.DATE, "delay_until", "Délai de paiement jusqu’au", 14, "delai", Nature.URSSAF),
    _of(CellKind.NUMBER, "short_time", "Activité partielle (ETP)", 16, "ap_conso", Nature.ACTIVITE_PARTIELLE),
    _of(CellKind.EUROS, "revenue", "Chiffre d’affaires (€)", 16, "comptes"),
    _of(CellKind.EUROS, "ebit", "Résultat d’exploitation (€)", 16, "comptes"),
    _of(CellKind.DATE, "closed_on", "Exercice clos le", 14, "comptes"),
    _text("procedure", "Procédure collective", 24, "procol"),
    _text("follow_up", "Suivi", 20, VIGIE),
    _text("lists", "Listes", 30, VIGIE),
)  # fmt: skip


def given(natures: Collection[Nature]) -> Sequence[Exported]:
    """The columns that somebody who holds some natures takes out."""
    return [column for column in COLUMNS if column.nature is None or column.nature in natures]


def withheld(natures: Collection[Nature]) -> Sequence[Exported]:
    """Those that they do not."""
    return [column for column in COLUMNS if column not in given(natures)]
