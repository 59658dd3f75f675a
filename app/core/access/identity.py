"""Who acts: a plain value passed to services and queries, never looked up inside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from scoring.vocabulary import Nature

__all__ = ["Identity", "Nature", "Role", "system_identity"]


class Role(StrEnum):
    """What an account may do; what it may read is up to its habilitations."""

    AGENT = "agent"
    MANAGER = "manager"
    CORRESPONDANT = "correspondant"
    CONTROLEUR = "controleur"
    DATA_SCIENTIST = "data_scientist"
    ADMINISTRATEUR = "administrateur"
    ORIENTEUR = "orienteur"
    CONSEILLER = "conseiller"
    ARCHIVISTE = "archiviste"


#: roles of those who work on firms
AGENTS = frozenset({Role.AGENT, Role.MANAGER})


@dataclass(frozen=True, kw_only=True)
class Identity:
    """An agent and the rights in force now, or a named system actor."""

    agent_id: int | None
    name: str
    roles: frozenset[Role] = frozenset()
    network_ids: tuple[int, ...] = ()
    #: the agent's own network, shown next to what they write; never CODEFI
    own_network_id: int | None = None
    #: the zone: the départements of all habilitations in force
    departments: tuple[str, ...] = ()
    #: the départements where each nature is held, all within the zone; a nature held nowhere is absent
    zones: Mapping[Nature, tuple[str, ...]] = field(default_factory=dict, hash=False)
    #: open accompagnements the agent takes part in, and their firms: they extend reach beyond the zone
    case_ids: tuple[int, ...] = ()
    case_sirens: tuple[str, ...] = ()
    #: open accompagnements that the agent handed over lately: read, not written
    former_case_ids: tuple[int, ...] = ()
    #: firms whose confidential data the agent unlocked, for a stated reason and a limited time
    unlocked_sirens: tuple[str, ...] = ()
    is_system: bool = False
    #: who really acts, when somebody is seeing Vigie as this agent
    impersonated_by: "Identity | None" = None

    def __post_init__(self) -> None:
        held = {nature: tuple(codes) for nature, codes in self.zones.items() if codes}
        if any(not set(codes) <= set(self.departments) for codes in held.values()):
            raise ValueError("a nature is held outside the zone")
        object.__setattr__(self, "zones", MappingProxyType(held))

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What each transaction on its behalf carries, by name of setting after ``vigie.``; each nature has its own zone.

        Written once: a request begins several transactions, and a zone may be every département.
        """
        seen_by = self.impersonated_by
        return {
            "agent_id": "" if self.agent_id is None else str(self.agent_id),
            "seen_by": str(seen_by.agent_id) if seen_by else "",
            # The author of what the system writes in the journal; an agent's name is read from their account.
            "actor": self.name if self.is_system else "",
            "networks": _array(self.network_ids),
            "roles": _array(sorted(self.roles)),
            "system": "on" if self.is_system else "",
            "departments": _array(self.departments),
            "natures": _array(sorted(self.natures)),
            **{f"zone_{nature.value}": _array(self.zones.get(nature, ())) for nature in Nature},
            "cases": _array(self.case_ids),
            "former_cases": _array(self.former_case_ids),
            "case_sirens": _array(self.case_sirens),
            "unlocked_sirens": _array(self.unlocked_sirens),
        }

    def has_role(self, *roles: Role) -> bool:
        """Whether the identity has at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    @cached_property
    def natures(self) -> frozenset[Nature]:
        """The natures held somewhere."""
        return frozenset(self.zones)

    def covers(self, departments: Iterable[str | None], nature: Nature | None = None) -> bool:
        """Whether one of ``departments`` lies in the zone; with ``nature``, where that nature is held."""
        return not self._places.get(nature, frozenset()).isdisjoint(departments)

    @cached_property
    def _places(self) -> Mapping[Nature | None, frozenset[str]]:
        places: dict[Nature | None, frozenset[str]] = {None: frozenset(self.departments)}
        places.update((nature, frozenset(codes)) for nature, codes in self.zones.items())
        return places

    @property
    def is_habilitated(self) -> bool:
        """Whether a habilitation is in force: without one, no firm is shown."""
        return bool(self.departments)

    @property
    def person(self) -> "Identity":
        """Who really acts."""
        return self.impersonated_by or self

    @property
    def signature(self) -> str:
        """The name written on whatever is exported from Vigie."""
        if self.impersonated_by is None:
            return self.name
        return f"{self.impersonated_by.name}, qui voit Vigie comme {self.name}"


def system_identity(name: str) -> Identity:
    """The identity of a job or a command, named so that the journal can tell it apart."""
    return Identity(agent_id=None, name=name, is_system=True)


def _array(values: Iterable[int | str]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
