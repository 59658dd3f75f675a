"""« Pourquoi n’est-elle pas dans la liste ? »: the answer for any firm, from what everybody may know of it."""

from app.companies.models import Company, ProcedureStatus
from app.core.text.french import number_fr, percent_fr
from app.detections.models import DetectionList
from scoring.data.perimeter_rule import is_left_out_person, rule
from scoring.dictionary.naf import activity_label


def why_not_listed(company: Company, detection_list: DetectionList) -> str:
    """Return why a firm is not on a list: what it is, what it is going through, or its risk."""
    if not company.is_active:
        return "Elle a cessé son activité : la détection ne l’évalue plus."
    if company.procedure_status is not ProcedureStatus.IN_BONIS:
        state = company.procedure_status.label.lower()
        return f"Elle est déjà en procédure ({state}) : la détection ne prédit que l’ouverture d’une procédure."
    if not company.in_perimeter:
        return f"Elle est hors du périmètre de la détection : {_outside(company)}."
    bound = percent_fr(detection_list.parameters.get("thresholds", {}).get("moderee"), 1)
    return (
        f"Elle est évaluée, et son risque à 18 mois est au-dessous du seuil des alertes ({bound})."
    )


def _outside(company: Company) -> str:
    """What keeps a firm out of the perimeter, as far as its public data say; in the order of the rule."""
    current = rule()
    if company.workforce is None:
        return "aucun effectif connu"
    if company.legal_category in current.legal_categories:
        return "sa forme juridique est de droit public"
    if is_left_out_person(company.legal_category):
        return "c’est une personne physique, que cette instance n’évalue pas"
    if company.naf in current.activities:
        return f"son activité est exclue ({activity_label(company.naf)})"
    if company.workforce < current.at_least:
        return f"son effectif est resté sous {number_fr(current.at_least)} salariés pendant {current.months} mois"
    return "son siège est inconnu ou hors de France"
