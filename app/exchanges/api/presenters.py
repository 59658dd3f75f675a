"""What is read by a token, as JSON says it: French names, codes and words, days and moments of ISO 8601."""

from datetime import date, datetime
from typing import Any

from app.accounts.models import Agent
from app.cases.models import MemberRole
from app.core.text.labelled import LabelledEnum
from app.deadlines.models import Deadline
from app.exchanges.files.standing import CaseStanding
from app.exchanges.references import reference_of
from app.network.models import Comment, FeedEvent
from app.values.models import ValueList
from app.visits.models import Visit

#: the lists that describe an accompagnement, by the name of their field
LISTS = {
    "filieres": ValueList.SECTOR,
    "difficultes": ValueList.DIFFICULTY,
    "actions": ValueList.ACTION,
    "instances": ValueList.BODY,
    "reorientations": ValueList.REDIRECTION,
    "etiquettes": ValueList.TAG,
}


def case_json(standing: CaseStanding) -> dict[str, Any]:
    """An accompagnement."""
    case, place = standing.case, standing.place
    referents = [m.agent for m in case.active_members if m.role == MemberRole.REFERENT]
    return {
        "identifiant": reference_of(case.id),
        "siren": case.siren,
        "siret": case.siret,
        "raison_sociale": standing.company.name,
        "commune": place.commune,
        "departement": case.department,
        "etat": _code(case.state),
        "criticite": _code(case.criticality),
        "referents": [_person(agent) for agent in referents],
        "ouvert_le": _said(case.opened_on),
        "termine_le": _said(case.closed_on),
        "issue": _code(case.outcome),
        "dernieres_nouvelles_le": _said(case.heard_on),
        "modifie_le": _said(case.updated_at),
        "qualification": {
            name: [{"code": value.code, "libelle": value.label} for value in standing.of_list(kind)]
            for name, kind in LISTS.items()
        },
    }


def deadline_json(deadline: Deadline) -> dict[str, Any]:
    """An échéance."""
    return {
        "numero": deadline.id,
        "a_faire": deadline.what,
        "pour_le": _said(deadline.due_on),
        "etat": _code(deadline.state),
        "reseau": deadline.network.label,
        "auteur": _person(deadline.author),
        "confiee_a": _person(deadline.assignee),
        "fixee_le": _said(deadline.created_at),
        "reglee_le": _said(deadline.settled_at),
    }


def visit_json(visit: Visit) -> dict[str, Any]:
    """A contact or a visit, its author first among who took part; ``note`` is null when its network is none of the agent's."""
    note = visit.note
    said = None
    if note is not None:
        said = {
            "reseau": note.network.label,
            "texte": note.body,
            "personnes_rencontrees": note.people_met,
            "prochaine_etape": note.next_step,
            "prochaine_etape_le": _said(note.next_step_on),
        }
    return {
        "numero": visit.id,
        "siret": visit.siret,
        "le": _said(visit.visited_on),
        "moyen": _code(visit.channel),
        "resultat": _code(visit.contact_result),
        "verdict": _code(visit.verdict),
        "difficulte": _code(visit.nature),
        "gravite": visit.severity,
        "participants": [
            {"nom": name, "administration": administration.label}
            for name, administration in visit.people
        ],
        "note": said,
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """A comment."""
    return {
        "numero": comment.id,
        "texte": comment.body,
        "reseau": comment.network.label,
        "auteur": _person(comment.author),
        "ecrit_le": _said(comment.created_at),
        "modifie_le": _said(comment.edited_at),
        "repond_a": comment.answers_id,
    }


def change_json(event: FeedEvent) -> dict[str, Any]:
    """Something that happened: what, of which object, never what was written."""
    is_case = event.subject_kind == "case" and event.subject_id is not None
    return {
        "numero": event.id,
        "le": _said(event.occurred_at),
        "quoi": event.kind.value,
        "siren": event.siren,
        "accompagnement": reference_of(event.subject_id or 0) if is_case else None,
        "objet": event.subject_kind,
        "objet_numero": event.subject_id,
        "auteur": _person(event.actor) if event.actor else None,
    }


def _code(value: LabelledEnum | None) -> dict[str, str] | None:
    return None if value is None else {"code": value.value, "libelle": value.label}


def _person(agent: Agent) -> dict[str, str]:
    return {"nom": agent.full_name, "administration": agent.administration.label}


def _said(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
