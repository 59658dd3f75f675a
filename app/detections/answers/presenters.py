"""The answers to alerts, as pages show them: what each does is said where it is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.access.identity import Identity
from app.core.now import today
from app.core.text.french import date_fr
from app.detections.answers.models import REASONS, AnswerKind, DetectionAnswer

#: what is true of every answer
OF_ALL = (
    "L’entreprise reste dans la liste de chacun, marquée de votre réponse.",
    "Tous ceux qui peuvent lire cette alerte lisent votre réponse, sa raison, son commentaire, votre nom et sa date.",
    "Elle n’entraîne pas le modèle, qui apprend des visites et des issues que vous consignez.",
    "L’équipe de Vigie la lit, et la fiche de l’OpenLab la résume chaque semaine, en nombres.",
    "Vous pouvez la changer ou la retirer à tout moment.",
)
#: what an answer does of its own
DOES = {
    AnswerKind.INEXACT: "Elle quitte les alertes à traiter de tous, jusqu’à ce qu’une liste la dise nouvelle ou aggravée.",
    AnswerKind.HANDLED: "Elle quitte les alertes à traiter de tous, jusqu’à ce qu’une liste la dise nouvelle ou aggravée.",
    AnswerKind.WATCHED: "Elle quitte les alertes à traiter de tous jusqu’au jour dit, où elle reparaît d’elle-même ; plus tôt si "
    "une liste la dit nouvelle ou aggravée. Vous en êtes averti.",
}
TITLES = {
    AnswerKind.INEXACT: "Cette alerte est inexacte",
    AnswerKind.HANDLED: "Cette alerte est exacte, et déjà traitée",
    AnswerKind.WATCHED: "Mettre cette alerte en surveillance",
}


def effects(kind: AnswerKind) -> list[str]:
    """Return what an answer does and does not do, as sentences."""
    return [DOES[kind], *OF_ALL]


def offered() -> list[tuple[str, str]]:
    """Return the answers that one may give: their code and how their link reads."""
    labels = {AnswerKind.WATCHED: "En surveillance jusqu’au…"}
    return [(kind.value, labels.get(kind, kind.label)) for kind in REASONS]


def values_of(answer: DetectionAnswer | None, kind: AnswerKind) -> dict[str, Any]:
    """Return the agent's answer as the values of the form, if it was of this kind."""
    if answer is None or answer.kind is not kind:
        return {}
    values = {"reasons": answer.reasons, "comment": answer.comment}
    return values | ({"returns_on": answer.returns_on} if answer.returns_on else {})


def lines(identity: Identity, answers: Sequence[DetectionAnswer]) -> list[Mapping[str, Any]]:
    """Return the answers to the alerts of a firm, as lines."""
    return [
        {
            "said": said_of(answer),
            "by": answer.agent.full_name,
            "of": answer.agent.administration.label,
            "on": answer.answered_at,
            "reasons": answer.reason_labels,
            "comment": answer.comment,
            "is_over": is_over(answer),
            "is_mine": answer.agent_id == identity.agent_id,
            "is_private": not answer.is_shared,
        }
        for answer in answers
    ]


def said_of(answer: DetectionAnswer) -> str:
    """« En surveillance jusqu’au 15 mars 2027 »."""
    if answer.returns_on is None:
        return answer.kind.label
    return f"{answer.kind.label} jusqu’au {date_fr(answer.returns_on)}"


def is_over(answer: DetectionAnswer) -> bool:
    """Whether an answer counts no more."""
    return answer.ended_at is not None or (
        answer.returns_on is not None and answer.returns_on <= today()
    )
