"""What a list changes, in sentences and figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.core.text.french import counted_fr, month_fr, number_fr, percent_fr
from app.detections.answers.models import AnswerKind
from app.detections.models import DetectionList
from app.detections.news.queries import AnswersLedTo, Outcomes, Totals

#: the sources that say how far a list looks, as agents know them
SOURCES = {
    "cotisation": "Cotisations Urssaf",
    "debit": "Dette Urssaf",
    "effectif_ent": "Effectifs",
    "ap_conso": "Activité partielle",
    "comptes": "Comptes annuels",
    "procol": "Procédures collectives",
}
SAID = {
    AnswerKind.INEXACT: "jugée inexacte",
    AnswerKind.HANDLED: "déjà traitée",
    AnswerKind.WATCHED: "mise en surveillance",
}


def figures(totals: Totals | None) -> list[tuple[str, str]]:
    """Return the totals of a list as (code of the metric, figure); nothing of what the reader does not read."""
    if totals is None:
        return []
    return [
        ("news_elevee", number_fr(totals.elevee)),
        ("news_moderee", number_fr(totals.moderee)),
        ("news_first_alerts", number_fr(totals.first_alerts)),
        ("news_aggravations", number_fr(totals.aggravations)),
        ("news_re_alerts", number_fr(totals.re_alerts)),
        ("news_leavers", number_fr(totals.leavers)),
    ]


def changes(detection_list: DetectionList, former: DetectionList | None) -> list[str]:
    """Return what changed in the model, the rules, the thresholds and the sources since the list before."""
    if former is None:
        return ["C’est la première liste : il n’y a rien à quoi la comparer."]
    new, old = detection_list.parameters, former.parameters
    return [*_model(new, old), *_thresholds(new, old), *_sources(new, old)]


def led_to(found: Sequence[AnswersLedTo]) -> list[str]:
    """Return what the answers to the list before led to, in sentences."""
    return [
        f"{counted_fr(each.answered, 'alerte')} {SAID[each.kind]}{'s' if each.answered > 1 else ''} : "
        f"{number_fr(each.answered - each.still)} hors de cette liste, {number_fr(each.still)} encore en alerte"
        f"{f', dont {number_fr(each.worse)} nouvelle ou aggravée, à traiter de nouveau' if each.worse else ''}."
        for each in found
    ]


def outcomes(found: Outcomes | None) -> list[tuple[str, str]]:
    """Return what the answers to the list before led to, as (code of the metric, figure)."""
    if found is None or not found.answered:
        return []
    return [
        ("news_inexact_gone", number_fr(found.inexact_gone)),
        ("news_watched_back", number_fr(found.watched_back)),
        ("news_confirmed", number_fr(found.confirmed)),
    ]


def _model(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    said = []
    if new.get("model") != old.get("model"):
        said.append(
            "Un nouveau modèle a été mis en service : les risques ne se comparent pas un à un."
        )
    else:
        said.append("Le modèle est celui de la liste précédente.")
    if new.get("rules") != old.get("rules"):
        said.append("Les règles d’expert ont changé.")
    return said


def _thresholds(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    return [
        f"Seuil des alertes {label} : {percent_fr(after, 1)} de risque à 18 mois, {percent_fr(before, 1)} auparavant."
        for level, label in (("elevee", "élevées"), ("moderee", "modérées"))
        for after, before in [_pair(new, old, "thresholds", level)]
        if after is not None and before is not None and after != before
    ]


def _sources(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    said = []
    for source, label in SOURCES.items():
        after, before = _pair(new, old, "freshness", source)
        if after == before:
            state = "" if after is None else f"{label} : rien de nouveau depuis {_month(after)}."
        elif after is None:
            state = f"{label} : absente de cette liste."
        elif before is None:
            state = f"{label} : nouvelle source, jusqu’à {_month(after)}."
        else:
            state = f"{label} : jusqu’à {_month(after)} (liste précédente : {_month(before)})."
        said += [state] if state else []
    return said


def _pair(new: Mapping[str, Any], old: Mapping[str, Any], part: str, name: str) -> tuple[Any, Any]:
    return new.get(part, {}).get(name), old.get(part, {}).get(name)


def _month(day: str) -> str:
    return month_fr(date.fromisoformat(day))
