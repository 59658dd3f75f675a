"""What may happen around a firm is told in the feed in words, and kept by the journal."""

from collections import Counter

from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.work.events import EventKind
from app.network.notifications.kinds import KINDS
from app.network.presenters import wordings


def test_every_kind_of_event_has_one_sentence_in_the_feed(app: TransactionalFlask) -> None:
    said = Counter(wording.kind for wording in wordings)
    assert said == Counter(EventKind)


def test_every_kind_of_event_has_a_kind_in_the_bell() -> None:
    assert set(KINDS) == set(EventKind), "say in notifications/kinds.py under which filter it is"


def test_an_event_and_the_line_that_keeps_it_have_one_name_unless_the_line_tells_more() -> None:
    codes = {event.value for event in Event}
    apart = {kind for kind in EventKind if kind.value != kind.journaled_as.value}
    assert apart == {
        EventKind.ALERTED,
        EventKind.CASE_STATE_CHANGED,
        EventKind.OUTCOME_REVISED,
    }
    assert not {kind.value for kind in apart} & codes
