"""What the page of the data shows of batches and of the drop folder."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.imports.models import Batch, BatchFile, BatchState

BADGES = {BatchState.LOADING: "info", BatchState.PUBLISHED: "success", BatchState.FAILED: "error"}


def is_loading(batches: Iterable[Batch]) -> bool:
    """Whether a batch of the page is still being read: the page then follows it."""
    return any(batch.state == BatchState.LOADING for batch in batches)


def batch_badge(batch: Batch) -> str:
    """The kind of badge of a batch's state."""
    return BADGES[batch.state]


def batch_total(batch: Batch, count: str) -> int:
    """The sum over the new files of a batch of ``rows``, ``valid``, ``rejected`` or ``outside``."""
    return sum(getattr(file, count) for file in batch.files if file.is_new)


def file_reasons(file: BatchFile) -> list[tuple[str, int]]:
    """Why lines of a file were refused, the most frequent first."""
    return Counter(file.reasons).most_common()


def waiting_files(folder: Path) -> Sequence[str]:
    """The names of the files left in the drop folder."""
    return (
        sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    )
