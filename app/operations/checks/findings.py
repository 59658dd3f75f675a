"""What a check says: a sentence, what to do, and whether the instance may start so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.text.labelled import LabelledEnum
from config import Config


class Gravity(LabelledEnum):
    """How grave a finding is."""

    BLOCKING = "bloquant", "Bloquant"
    UNSAFE = "risque", "Risque"
    TO_KNOW = "a_savoir", "À savoir"


@dataclass(frozen=True, kw_only=True)
class InstanceFinding:
    """What is missing or unsafe, in one sentence, and what to do."""

    gravity: Gravity
    told: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What checks look at: the settings, and a session that acts for the system."""

    config: Config
    session: Session


Check = Callable[[Looked], Iterator[InstanceFinding]]


def blocking(told: str, remedy: str) -> InstanceFinding:
    """Something with which the instance must not start."""
    return InstanceFinding(gravity=Gravity.BLOCKING, told=told, remedy=remedy)


def unsafe(told: str, remedy: str) -> InstanceFinding:
    """Something that will lose data, or let somebody in, one day."""
    return InstanceFinding(gravity=Gravity.UNSAFE, told=told, remedy=remedy)


def to_know(told: str, remedy: str) -> InstanceFinding:
    """Something that a private instance may do without."""
    return InstanceFinding(gravity=Gravity.TO_KNOW, told=told, remedy=remedy)
