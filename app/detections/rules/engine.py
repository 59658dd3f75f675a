"""The text of the expert rules: parsed, described, its mistakes reported."""

from app.core.errors import DomainError
from scoring.dictionary.registry import REGISTRY
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import RulesError, examples, parse

__all__ = ["examples", "problems", "read"]


def read(text: str) -> RuleSet:
    """Return the rules of a text; raise `DomainError` when it is invalid."""
    try:
        return parse(text, REGISTRY)
    except RulesError as error:
        raise DomainError(" ".join(error.messages), field="text") from error


def problems(text: str) -> tuple[str, ...]:
    """Return the mistakes of a text, one French sentence each."""
    try:
        parse(text, REGISTRY)
    except RulesError as error:
        return error.messages
    return ()
