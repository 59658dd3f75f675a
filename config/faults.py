"""What is told when settings will not do: every fault in one French sentence, one a line, and never a value."""

from collections.abc import Iterable
from typing import LiteralString

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from config.names import closest, variable

MISSING = "missing_setting"
REFUSED = "refused_setting"


class SettingError(RuntimeError):
    """A setting will not do; the message is French and says what to do, one line for each fault."""


class MissingSettingError(SettingError):
    """A setting that production refuses to guess is absent."""


class RefusedSettingError(SettingError):
    """A setting has a value that is not understood or would not be safe, or a name that is not known."""


def missing(predicate: LiteralString) -> PydanticCustomError:
    """What a validator raises when a setting is absent; ``predicate`` follows the variable's name in the sentence."""
    return PydanticCustomError(MISSING, predicate)


def refused(predicate: LiteralString) -> PydanticCustomError:
    """What a validator raises when a value will not do; ``predicate`` follows the variable's name in the sentence."""
    return PydanticCustomError(REFUSED, predicate)


def setting_error(error: ValidationError, *, settings: Iterable[str]) -> SettingError:
    """All that ``error`` found, in words; ``settings`` are the declared ones."""
    known = [variable(setting) for setting in settings]
    faults = error.errors(include_url=False, include_input=False)
    sentences = dict.fromkeys(_sentence(fault, known) for fault in faults)
    only_missing = all(fault["type"] == MISSING for fault in faults)
    return (MissingSettingError if only_missing else RefusedSettingError)("\n".join(sentences))


def _sentence(fault: ErrorDetails, known: list[str]) -> str:
    name = str(fault["loc"][0])
    if fault["type"] != "extra_forbidden":
        return f"{variable(name)} {fault['msg']}."
    meant = closest(name, known)
    remedy = (
        f"vouliez-vous dire {meant} ?" if meant else "docs/operations.md donne ceux qui existent."
    )
    return f"{name} n’est pas un réglage de Vigie : {remedy}"
