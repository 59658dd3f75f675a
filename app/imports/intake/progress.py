"""How far the reading of a batch has got, written along the way for those who are watching."""

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.imports import services


class ReadingProgress:
    """Writes each step of a batch in its own short transaction."""

    def __init__(self, identity: Identity, batch_id: str, *, total: int) -> None:
        self.identity = identity
        self.batch_id = batch_id
        self.total = total
        self.done = 0

    def reading(self, name: str) -> None:
        """Record that a file is about to be read."""
        self._write("read", file=name)
        self.done += 1

    def checking(self) -> None:
        """Record that every file was read and is being compared with the one it would replace."""
        self._write("check")

    def publishing(self) -> None:
        """Record that the portal's tables are being built."""
        self._write("publish")

    def _write(self, step: str, *, file: str | None = None) -> None:
        progress = {"step": step, "done": self.done, "total": self.total, "file": file}
        with unit_of_work(self.identity) as session:
            services.follow_batch(session, batch_id=self.batch_id, progress=progress)
