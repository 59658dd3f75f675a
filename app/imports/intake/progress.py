"""How far the reading of a batch is, written as it goes for whoever watches."""

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.imports import services


class ReadingProgress:
    """Tells each step of a batch in a short transaction of its own."""

    def __init__(self, identity: Identity, batch_id: str, *, total: int) -> None:
        self.identity = identity
        self.batch_id = batch_id
        self.total = total
        self.done = 0

    def reading(self, name: str) -> None:
        """A file begins to be read."""
        self._tell("read", file=name)
        self.done += 1

    def checking(self) -> None:
        """Every file was read; they are compared with those they would replace."""
        self._tell("check")

    def publishing(self) -> None:
        """The portal's tables are being made."""
        self._tell("publish")

    def _tell(self, step: str, *, file: str | None = None) -> None:
        said = {"step": step, "done": self.done, "total": self.total, "file": file}
        with unit_of_work(self.identity) as session:
            services.follow_batch(session, batch_id=self.batch_id, progress=said)
