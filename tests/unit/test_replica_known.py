"""What a thread takes for known of the replica while another one looks at it."""

import threading

import pytest
from sqlalchemy import create_engine

from app.core.database.replica.following import Follower, ReplicaLook, ReplicaState


class Looking(Follower):
    """A follower whose looks last as long as a test wants."""

    def __init__(self) -> None:
        nowhere = create_engine("postgresql+psycopg://")
        super().__init__(nowhere, nowhere, latest=2)
        self.began, self.may_end = threading.Event(), threading.Event()

    def look(self) -> ReplicaLook:
        """Follows, once it may."""
        self.began.set()
        self.may_end.wait(10)
        return ReplicaLook(state=ReplicaState.FOLLOWS, late=0)


@pytest.mark.parametrize(("silence", "is_read"), [(1.5, True), (3_600.0, False)])
def test_what_was_known_before_a_silence_sends_nobody_to_the_replica(
    monkeypatch: pytest.MonkeyPatch, silence: float, is_read: bool
) -> None:
    hour = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: hour[0])
    follower = Looking()
    follower.may_end.set()
    assert follower.is_followed()
    follower.began.clear()
    follower.may_end.clear()
    hour[0] += silence
    first = threading.Thread(target=follower.is_followed)
    first.start()
    try:
        assert follower.began.wait(10)
        assert follower.is_followed() is is_read
    finally:
        follower.may_end.set()
        first.join()
    assert follower.is_followed()
