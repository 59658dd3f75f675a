"""What texts speak of, told by declared words: a text may speak of several things, or of none that is declared."""

from sqlalchemy import ColumnElement, func

from app.core.text.labelled import LabelledEnum


class TextTheme(LabelledEnum):
    """What a text speaks of."""

    DATA = "donnees", "Données manquantes ou en retard"
    GROUP = "groupe", "Groupe, filiales, trésorerie commune"
    SECTOR = "secteur", "Secteur et saison"
    CASH = "tresorerie", "Trésorerie et créanciers"
    DIRECTOR = "dirigeant", "Dirigeant, transmission"
    PROCEDURE = "procedure", "Procédure déjà engagée"
    DELAY = "retard", "Détection trop tardive"
    HEADCOUNT = "effectif", "Effectif et emploi"


#: the beginnings of words that tell each, in small letters without accents
BEGINNINGS = {
    TextTheme.DATA: ("donnee", "manqu", "obsolet", "pas a jour", "fraicheur"),
    TextTheme.GROUP: ("groupe", "filiale", "holding", "maison mere", "tete de groupe"),
    TextTheme.SECTOR: ("secteur", "saison", "filiere", "conjonctur"),
    TextTheme.CASH: ("tresorerie", "creancier", "banqu", "pge", "echeancier", "impaye"),
    TextTheme.DIRECTOR: ("dirigeant", "gerant", "transmission", "reprise", "cession", "retraite"),
    TextTheme.PROCEDURE: ("procedure", "sauvegarde", "redressement", "liquidation", "conciliation", "mandat ad hoc"),
    TextTheme.DELAY: ("trop tard", "tardiv", "deja ferme", "cesse"),
    TextTheme.HEADCOUNT: ("effectif", "emploi", "salari", "licenci", "activite partielle"),
}  # fmt: skip


def speaks_of(theme: TextTheme, text: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: a text has one of the words of a theme."""
    pattern = rf"\m({'|'.join(BEGINNINGS[theme])})"
    return func.lower(func.unaccent(text)).regexp_match(pattern)
