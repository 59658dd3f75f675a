"""Messages about invalid settings: one French sentence per fault, one fault per line, never a value."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from config.names import closest, variable


class SettingError(RuntimeError):
    """A setting is invalid; the message is French and says what to do, one line per fault."""


class MissingSettingError(SettingError):
    """A setting that must be explicit in production is absent."""


class RefusedSettingError(SettingError):
    """A setting has an invalid or unsafe value, or an unknown name."""


class AbsentValueError(ValueError):
    """Raised by a validator when a value is missing; the message follows the variable's name in the sentence."""


class UnfitValueError(ValueError):
    """Raised by a validator when a value is invalid; the message follows the variable's name in the sentence."""


def setting_error(error: ValidationError, *, settings: Iterable[str]) -> SettingError:
    """Everything that ``error`` found, as sentences; ``settings`` are the declared ones."""
    variables = [variable(setting) for setting in settings]
    faults = error.errors(include_url=False, include_input=False)
    sentences = dict.fromkeys(_sentence(fault, variables) for fault in faults)
    only_missing = all(isinstance(_cause(fault), AbsentValueError) for fault in faults)
    return (MissingSettingError if only_missing else RefusedSettingError)("\n".join(sentences))


def _sentence(fault: Mapping[str, Any], variables: list[str]) -> str:
    name = str(fault["loc"][0])
    if fault["type"] != "extra_forbidden":
        return f"{variable(name)} {_cause(fault) or fault['msg']}."
    suggestion = closest(name, variables)
    remedy = (
        f"vouliez-vous dire {suggestion} ?"
        if suggestion
        else "docs/operations.md donne ceux qui existent."
    )
    return f"{name} n’est pas un réglage de Vigie : {remedy}"


def _cause(fault: Mapping[str, Any]) -> ValueError | None:
    """The exception a validator raised; ``None`` for an error in the code, such as a missing argument."""
    cause: ValueError | None = fault.get("ctx", {}).get("error")
    return cause
