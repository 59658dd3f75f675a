"""How each watched thing stands, from known truths: one wrong thing is said wrong, and no other with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.operations.watch import presenters
from app.operations.watch.models import WatchedThing, WatchStanding
from app.operations.watch.readings import Readings
from app.operations.watch.rules import WATCHED, judge_all
from tests.factories.readings import HEALTHY, NOW, WRONG, changed

DAY = timedelta(days=1)


def test_a_service_in_order_is_said_to_be() -> None:
    assert {code: found.standing for code, found in judge_all(HEALTHY).items()} == {
        watched.code: WatchStanding.FINE for watched in WATCHED
    }


def test_what_puts_each_thing_out_of_order_is_known() -> None:
    assert set(WRONG) == {watched.code for watched in WATCHED}


@pytest.mark.parametrize("code", WRONG)
def test_one_thing_out_of_order_is_the_only_one_said(code: str) -> None:
    read, standing, told = WRONG[code]
    found = judge_all(read)
    assert found[code].standing is standing
    assert told in found[code].told
    assert [other for other in found if found[other].standing is not WatchStanding.FINE] == [code]


@pytest.mark.parametrize(
    ("code", "read", "standing"),
    [
        # An empty instance asks for nothing.
        ("backup", changed(HEALTHY, "kept", made_at=None), WatchStanding.UNSET),
        ("drill", changed(HEALTHY, "kept", made_at=None, proved_at=None), WatchStanding.UNSET),
        ("seals", changed(HEALTHY, "seals", sealed=None, first=None), WatchStanding.UNSET),
        ("imports", changed(HEALTHY, "imports", sources=()), WatchStanding.UNSET),
        ("run", changed(HEALTHY, "run", has_model=False, began_at=None, as_of=None), WatchStanding.UNSET),
        ("drift", changed(HEALTHY, "run", drift=None), WatchStanding.UNSET),
        ("homologation", replace(HEALTHY, homologated_until=None), WatchStanding.UNSET),
        # Each bound, on both sides.
        ("backup", changed(HEALTHY, "kept", made_at=NOW - timedelta(hours=26)), WatchStanding.FINE),
        ("backup", changed(HEALTHY, "kept", is_failed=True), WatchStanding.FAILING),
        ("drill", changed(HEALTHY, "kept", is_drill_failed=True), WatchStanding.FAILING),
        ("drill", changed(HEALTHY, "kept", proved_at=None), WatchStanding.LATE),
        ("seals", changed(HEALTHY, "seals", sealed=date(2026, 11, 29)), WatchStanding.FINE),
        ("seals", changed(HEALTHY, "seals", sealed=None, first=date(2026, 11, 27)), WatchStanding.LATE),
        ("run", changed(HEALTHY, "run", began_at=NOW - 41 * DAY), WatchStanding.LATE),
        ("run", changed(HEALTHY, "run", began_at=NOW - 40 * DAY), WatchStanding.FINE),
        ("imports", changed(HEALTHY, "imports", is_refused=True), WatchStanding.FAILING),
        ("imports", changed(HEALTHY, "imports", undecided=1), WatchStanding.SOON),
        # As many refusals in a busy hour say nothing.
        ("entries", changed(HEALTHY, "entries", opened=90, refused=90), WatchStanding.FINE),
        ("entries", changed(HEALTHY, "entries", opened=0, refused=19), WatchStanding.FINE),
        ("mail", changed(HEALTHY, "mail", given_up=1), WatchStanding.FAILING),
        ("connections", changed(HEALTHY, "room", connections=79), WatchStanding.FINE),
        ("homologation", replace(HEALTHY, homologated_until=date(2027, 3, 2)), WatchStanding.FINE),
        ("homologation", replace(HEALTHY, homologated_until=date(2026, 12, 1)), WatchStanding.SOON),
        ("homologation", replace(HEALTHY, homologated_until=date(2026, 11, 30)), WatchStanding.LATE),
    ],
)  # fmt: skip
def test_each_bound_is_where_it_is_said(code: str, read: Readings, standing: WatchStanding) -> None:
    assert judge_all(read)[code].standing is standing


def test_the_page_says_the_gravest_first_and_what_to_do_of_it_alone() -> None:
    read = changed(WRONG["clock"][0], "kept", made_at=NOW - 2 * DAY)
    first, second, *others = presenters.rows(read, {})
    assert (first.label, second.label) == ("Horloge", "Sauvegarde")
    assert "vigie-clock" in first.todo
    assert "instance backup" in second.todo
    assert {row.todo for row in others} == {""}


def test_since_is_when_it_began_to_stand_so() -> None:
    known = {
        "clock": WatchedThing(code="clock", standing=WatchStanding.FAILING, since=NOW - DAY, looked_at=NOW),
        "worker": WatchedThing(code="worker", standing=WatchStanding.FAILING, since=NOW - DAY, looked_at=NOW),
    }  # fmt: skip
    said = {row.label: row.since for row in presenters.rows(WRONG["clock"][0], known)}
    assert said["Horloge"] == "30 novembre 2026 à 10:00"
    assert said["Worker"] == "à l’instant"


@pytest.mark.parametrize(("minutes", "is_told"), [(15, False), (61, True)])
def test_a_service_at_which_nobody_looks_says_so(minutes: int, is_told: bool) -> None:
    looked = NOW - timedelta(minutes=minutes)
    known = {"disk": WatchedThing(code="disk", standing=WatchStanding.FINE, since=looked, looked_at=looked)}  # fmt: skip
    assert (presenters.unseen(HEALTHY, known) is not None) is is_told
    assert presenters.unseen(HEALTHY, {}) is None, "the first look is about to come"
    assert presenters.unseen(WRONG["worker"][0], {}) is not None
