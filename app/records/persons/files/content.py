"""What the file of a person says: what is held of them, place by place, and what the law has them told beside it (RGPD, article 15)."""

from collections.abc import Sequence
from typing import Any

from app.core.now import today
from app.core.persons.masking import MASK
from app.core.persons.places import HeldObject, PersonPlace
from app.core.text.french import date_fr
from app.evidence.reports.content import ReportContent, ReportSection, ReportTable
from app.records.persons.finding.extracts import Names, extracts
from app.records.persons.models import PersonRequest

Objects = Sequence[tuple[PersonPlace, HeldObject]]
FIELD, VALUE = "Donnée", "Ce que Vigie en garde"
#: what is told beside the data, as the register of treatments says it: docs/homologation/registre.md
TOLD = {
    "Pourquoi": "Repérer et accompagner des entreprises en difficulté ; gérer les accès des agents et savoir qui a lu quoi."
    " Mission d’intérêt public (RGPD, article 6, § 1, e) et obligation de sécurité (article 32).",
    "Qui les lit": "Les agents habilités des administrations partenaires, chacun dans sa zone et dans ses réseaux ; les experts à qui"
    " un besoin est transmis avec l’accord de l’entreprise ; les contrôleurs, pour le journal.",
    "Combien de temps": "Journal : douze mois. Demandes du guichet : la durée dite dans leur formulaire. Le reste : la durée de gestion"
    " du dossier de l’entreprise.",
    "D’où elles viennent": "De l’entreprise, de la personne, d’un partenaire ou d’une source publique :"
    " chaque donnée le dit quand elle le sait.",
    "Décision automatique": "Aucune : une liste propose, un agent décide. Une personne physique n’a pas de score,"
    " sauf si l’instance le prévoit.",
    "Vos droits": "Rectification, effacement, limitation et opposition se demandent à la même adresse. Une réclamation se fait auprès de la"
    " CNIL (cnil.fr).",
}  # fmt: skip
THIRD = f"{MASK} : ce qui désigne une autre personne, ou y ressemble, n’est pas donné."


def data_of(request: PersonRequest, objects: Objects, known_as: Names) -> dict[str, Any]:
    """Return the file as data: ``{demande, etabli_le, donnees: [{ou, objet, date, champs, extraits}]}``."""
    return {
        "demande": request.id,
        "etabli_le": today().isoformat(),
        "donnees": [
            {
                "ou": place.label, "objet": held.title, "date": held.day.isoformat() if held.day else None,
                "champs": dict(held.own), "extraits": extracts(held, known_as),
            }
            for place, held in objects
        ],
        "informations": TOLD,
        "tiers": THIRD,
    }  # fmt: skip


def document_of(request: PersonRequest, objects: Objects, known_as: Names) -> ReportContent:
    """Return the same as a document that people read."""
    return ReportContent(
        title="Vos données dans Vigie",
        lead=f"Réponse à la demande n° {request.id}, reçue le {date_fr(request.received_on)}. Établie le {date_fr(today())}.",
        sections=(*(_section(place, held, known_as) for place, held in objects), _told()),
    )


def _section(place: PersonPlace, held: HeldObject, known_as: Names) -> ReportSection:
    rows = [(label, value) for label, value in held.own.items() if value]
    rows += [("Extrait", text) for text in extracts(held, known_as)]
    title = held.title if held.day is None else f"{held.title}, {date_fr(held.day)}"
    table = ReportTable(title=place.label, columns=(FIELD, VALUE), rows=tuple(rows))
    return ReportSection(title=title, tables=(table,))


def _told() -> ReportSection:
    table = ReportTable(
        title="Ce que la loi vous fait dire", columns=("Question", "Réponse"), rows=tuple(TOLD.items())
    )  # fmt: skip
    return ReportSection(title="Ce que la loi vous fait dire", paragraphs=(THIRD,), tables=(table,))
