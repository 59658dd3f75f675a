"""What is told when settings will not do: every fault in one French sentence, one a line, and never a value."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from config.names import closest, variable


class SettingError(RuntimeError):
    """A setting will not do; the message is French and says what to do, one line for each fault."""


class MissingSettingError(SettingError):
    """A setting that production refuses to guess is absent."""


class RefusedSettingError(SettingError):
    """A setting has a value that is not understood or would not be safe, or a name that is not known."""


class AbsentValueError(ValueError):
    """What a validator raises when a value is needed; the message follows the variable's name in the sentence."""


class UnfitValueError(ValueError):
    """What a validator raises when a value will not do; the message follows the variable's name in the sentence."""


def setting_error(error: ValidationError, *, settings: Iterable[str]) -> SettingError:
    """All that ``error`` found, in words; ``settings`` are the declared ones."""
    known = [variable(setting) for setting in settings]
    faults = error.errors(include_url=False, include_input=False)
    sentences = dict.fromkeys(_sentence(fault, known) for fault in faults)
    only_missing = all(isinstance(_cause(fault), AbsentValueError) for fault in faults)
    return (MissingSettingError if only_missing else RefusedSettingError)("\n".join(sentences))


def _sentence(fault: Mapping[str, Any], known: list[str]) -> str:
    name = str(fault["loc"][0])
    if fault["type"] != "extra_forbidden":
        return f"{variable(name)} {_cause(fault) or fault['msg']}."
    meant = closest(name, known)
    remedy = (
        f"vouliez-vous dire {meant} ?" if meant else "docs/operations.md donne ceux qui existent."
    )
    return f"{name} n’est pas un réglage de Vigie : {remedy}"


def _cause(fault: Mapping[str, Any]) -> ValueError | None:
    """What a validator raised; ``None`` for a fault of the code, such as an argument forgotten."""
    cause: ValueError | None = fault.get("ctx", {}).get("error")
    return cause
