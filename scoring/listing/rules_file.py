"""The YAML of expert rules, parsed strictly: all mistakes are reported at once, in French, with their
place.

A closed vocabulary, no tags, no aliases, no duplicate keys: what is not understood is refused, never
guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from scoring.dictionary.feature import Feature
from scoring.listing.rules import (
    EFFECTS,
    EQUAL,
    LIMIT,
    OPERATORS,
    ORDERED,
    PRESENCE,
    Comparison,
    ExpertRule,
    Group,
    RuleSet,
)

LONGEST: Final = 20_000  # characters
MOST_RULES: Final = 100
DEEPEST: Final = 5
LONGEST_REASON: Final = 300
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
SET_KEYS: Final = {"limit", "rules"}
RULE_KEYS: Final = {"name", "enabled", "when", "effect", "reason", "author", "from", "until"}
COMPARISON_KEYS: Final = {"feature", "op", "value", "minus", "per"}
HINT: Final = "Vérifiez l’alignement, les deux-points, les dates, et mettez signes et textes entre guillemets."
EXAMPLES: Final = Path(__file__).with_name("rules.yaml")

Reporter = Callable[[str], None]


class RulesError(ValueError):
    """The text is not a valid set of rules; `messages` says why, one French sentence each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = tuple(messages)


class _RefusedError(yaml.YAMLError):
    """Valid YAML that is not allowed here; the message is in French."""


class _Loader(yaml.SafeLoader):
    """A loader of plain values only, which refuses duplicate keys and aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases: a few lines of them expand to millions."""
        if self.check_event(yaml.events.AliasEvent):
            raise _RefusedError("les alias (*) ne sont pas admis")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse duplicate keys."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        duplicates = {str(key) for key in keys if keys.count(key) > 1}
        if duplicates:
            line = node.start_mark.line + 1
            raise _RefusedError(
                f"ligne {line}, clé écrite deux fois : {', '.join(sorted(duplicates))}"
            )
        return super().construct_mapping(node, deep=deep)


def parse(text: str, registry: Sequence[Feature]) -> RuleSet:
    """Return the set of rules in a text, features looked up in `registry`. Raises RulesError."""
    loaded = _loaded(text)
    messages: list[str] = []
    if loaded is None:
        return RuleSet()
    if not isinstance(loaded, dict) or not set(loaded) <= SET_KEYS:
        raise RulesError(["Le texte doit être une clé « rules » (et, au besoin, « limit »)."])
    written = loaded.get("rules") or []
    if not isinstance(written, list) or len(written) > MOST_RULES:
        raise RulesError([f"« rules » doit être une liste d’au plus {MOST_RULES} règles."])
    limit = loaded.get("limit", LIMIT)
    if type(limit) is not int or not 1 <= limit <= LIMIT:
        messages.append(f"« limit » vaut 1 ou {LIMIT}.")
    features = {feature.name: feature for feature in registry}
    parsed = [
        _rule(value, features, _reporter(messages, position, value))
        for position, value in enumerate(written, start=1)
    ]
    rules = tuple(rule for rule in parsed if rule is not None)
    names = [rule.name for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        messages.append(f"Deux règles portent le nom « {name} ».")
    if messages:
        raise RulesError(messages)
    return RuleSet(rules=rules, limit=limit)


def examples() -> str:
    """Return the text of the examples: well-known former rules, disabled."""
    return EXAMPLES.read_text(encoding="utf-8")


def _loaded(text: str) -> Any:
    if len(text) > LONGEST:
        raise RulesError([f"Le texte dépasse {LONGEST} caractères."])
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, stricter
    except _RefusedError as error:
        raise RulesError([f"Le YAML n’est pas admis : {error}."]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" à la ligne {mark.line + 1}" if mark else ""
        raise RulesError([f"Le YAML est illisible{where}. {HINT}"]) from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise RulesError([f"Le YAML est illisible. {HINT}"]) from error


def _reporter(messages: list[str], position: int, value: Any) -> Reporter:
    name = value.get("name") if isinstance(value, dict) else None
    place = f"Règle {position}" + (f" (« {name} »)" if isinstance(name, str) else "")
    return lambda message: messages.append(f"{place} : {message}")


def _rule(value: Any, features: Mapping[str, Feature], report: Reporter) -> ExpertRule | None:
    if not isinstance(value, dict):
        report("une règle est une suite de clés et de valeurs.")
        return None
    for key in sorted(map(str, set(value) - RULE_KEYS)):
        report(f"clé inconnue « {key} ».")
    condition = _condition(value.get("when"), features, report, depth=0)
    name = _text(value, "name", report)
    if name and not NAME.fullmatch(name):
        report("« name » ne contient que des minuscules sans accent, des chiffres et des tirets.")
    reason, author = _text(value, "reason", report), _text(value, "author", report)
    effect = value.get("effect")
    if type(effect) is not int or effect not in EFFECTS:
        report("« effect » vaut +1, +2 ou -1.")
        effect = 0
    enabled = value.get("enabled", True)
    if type(enabled) is not bool:
        report("« enabled » vaut true ou false.")
    starts_on, ends_on = _dates(value, report)
    if condition is None or starts_on is None:
        return None
    return ExpertRule(
        name=name,
        condition=condition,
        effect=effect,
        reason=reason,
        author=author,
        starts_on=starts_on,
        ends_on=ends_on,
        is_enabled=enabled is True,
    )


def _text(value: Mapping[str, Any], key: str, report: Reporter) -> str:
    text = value.get(key)
    if not isinstance(text, str) or not text.strip():
        report(f"« {key} » est à écrire.")
        return ""
    if len(text) > LONGEST_REASON:
        report(f"« {key} » dépasse {LONGEST_REASON} caractères.")
    return " ".join(text.split())


def _dates(value: Mapping[str, Any], report: Reporter) -> tuple[date | None, date | None]:
    days: list[date | None] = []
    for key in ("from", "until"):
        day = value.get(key)
        is_day = isinstance(day, date) and not isinstance(day, datetime)
        if not is_day and not (key == "until" and day is None):
            report(f"« {key} » est une date AAAA-MM-JJ.")
        days.append(day if is_day else None)
    starts_on, ends_on = days
    if starts_on and ends_on and ends_on < starts_on:
        report("« until » précède « from ».")
    return starts_on, ends_on


def _condition(
    value: Any, features: Mapping[str, Feature], report: Reporter, *, depth: int
) -> Comparison | Group | None:
    if depth > DEEPEST:
        report(f"la condition est imbriquée sur plus de {DEEPEST} niveaux.")
        return None
    if not isinstance(value, dict):
        report("« when » est une comparaison, ou « all » ou « any » suivi d’une liste.")
        return None
    joined = [key for key in ("all", "any") if key in value]
    if not joined:
        return _comparison(value, features, report)
    parts = value[joined[0]]
    if len(value) > 1 or not isinstance(parts, list) or not parts:
        report(f"« {joined[0]} » est seul, suivi d’une liste de conditions.")
        return None
    conditions = [_condition(part, features, report, depth=depth + 1) for part in parts]
    valid = tuple(condition for condition in conditions if condition is not None)
    return Group(parts=valid, needs_all=joined[0] == "all") if len(valid) == len(parts) else None


def _comparison(
    value: Mapping[str, Any], features: Mapping[str, Feature], report: Reporter
) -> Comparison | None:
    for key in sorted(map(str, set(value) - COMPARISON_KEYS)):
        report(f"clé inconnue « {key} » dans une comparaison.")
    used: dict[str, Feature | None] = {}
    for key in ("feature", "minus", "per"):
        name = value.get(key)
        used[key] = features.get(name) if isinstance(name, str) else None
        if used[key] is None and (name is not None or key == "feature"):
            report(f"« {name} » n’est pas une variable du registre.")
            return None
    feature, op = used["feature"], value.get("op")
    if feature is None:
        return None
    if op not in OPERATORS:
        report(f"« op » est l’un de {', '.join(OPERATORS)}.")
        return None
    mismatch = _mismatch(value, used, op)
    if mismatch:
        report(f"{feature.name} : {mismatch}")
        return None
    bound = value.get("value")
    return Comparison(
        feature=feature,
        op=op,
        value=None if op in PRESENCE else bound if feature.is_categorical else float(str(bound)),
        minus=used["minus"],
        per=used["per"],
    )


def _mismatch(value: Mapping[str, Any], used: Mapping[str, Feature | None], op: str) -> str:
    """Return what does not fit between quantity, operator and value; empty when everything does."""
    texts = [feature for feature in used.values() if feature and feature.is_categorical]
    combined = used["minus"] is not None or used["per"] is not None
    bound = value.get("value")
    if used["minus"] is not None and used["per"] is not None:
        return "« minus » et « per » ne vont pas ensemble."
    if op in PRESENCE:
        return (
            f"« {op} » se passe de « value », « minus » et « per »."
            if combined or "value" in value
            else ""
        )
    if texts and (combined or op in ORDERED):
        return f"une catégorie ne se compare que par {' ou '.join((*EQUAL, *PRESENCE))}, seule."
    if texts:
        return (
            "" if isinstance(bound, str) and bound else "« value » est un texte entre guillemets."
        )
    is_number = type(bound) in (int, float) and math.isfinite(bound)  # type: ignore[arg-type]
    return "" if is_number else "« value » est un nombre."
