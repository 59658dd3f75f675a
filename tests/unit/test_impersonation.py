"""Never upwards nor sideways: what may be seen as somebody else is less than what one sees oneself."""

from dataclasses import replace

import pytest

from app.core.access.identity import Identity, Nature, Role
from app.habilitations.impersonation.services import is_within, seen_by

OWN = Identity(
    agent_id=1, name="Aide", roles=frozenset({Role.ADMINISTRATEUR, Role.AGENT}), network_ids=(1, 2),
    departments=("21", "25"), zones={Nature.SCORE: ("21", "25"), Nature.URSSAF: ("21",)},
)  # fmt: skip
TARGET = Identity(
    agent_id=2, name="Agent", roles=frozenset({Role.AGENT}), network_ids=(1,), departments=("21",),
    zones={Nature.SCORE: ("21",)},
)  # fmt: skip
BEYOND = {
    "a role": {"roles": frozenset({Role.AGENT, Role.MANAGER})},
    "the same power": {"roles": frozenset({Role.ADMINISTRATEUR})},
    "a département": {"departments": ("21", "39")},
    "a zone without natures": {"departments": ("39",), "zones": {}},
    "a nature": {"zones": {Nature.BANQUE_DE_FRANCE: ("21",)}},
    "a network": {"network_ids": (1, 3)},
    "oneself": {"agent_id": 1},
}


def test_an_agent_whose_rights_are_all_mine_may_be_looked_at() -> None:
    assert is_within(OWN, TARGET)
    assert is_within(OWN, Identity(agent_id=3, name="Sans droits"))
    assert is_within(OWN, replace(OWN, agent_id=2, roles=frozenset({Role.AGENT})))


@pytest.mark.parametrize("more", BEYOND)
def test_one_right_more_than_mine_is_enough_to_refuse(more: str) -> None:
    assert not is_within(OWN, replace(TARGET, **BEYOND[more]))


def test_a_nature_is_compared_where_it_is_held() -> None:
    """Held by me here and by them there, it is not mine there, though the zone is."""
    here = {"departments": ("21", "25"), "zones": {Nature.URSSAF: ("21",)}}
    there = {"departments": ("21", "25"), "zones": {Nature.URSSAF: ("25",)}}
    assert is_within(OWN, replace(TARGET, **here))
    assert not is_within(OWN, replace(TARGET, **there))


def test_looking_as_somebody_who_looks_as_somebody_is_refused() -> None:
    assert not is_within(seen_by(OWN, replace(OWN, agent_id=4)), TARGET)


def test_an_invitation_beyond_the_zone_stays_with_who_was_invited() -> None:
    theirs = replace(
        TARGET,
        case_ids=(7, 8),
        case_sirens=("300000007", "400000006"),
        unlocked_sirens=("500000005",),
    )
    mine = replace(OWN, case_ids=(8,), case_sirens=("400000006",))
    seen = seen_by(mine, theirs)
    assert (seen.case_ids, seen.case_sirens) == ((8,), ("400000006",))
    assert seen.unlocked_sirens == ()
    assert (seen.agent_id, seen.person) == (2, mine)
