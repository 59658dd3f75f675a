"""The figures of the instance as Prometheus reads them: figures, names of tasks and of sources, and nothing else.

They come from the database, and are the same whichever host is asked; the disk alone is that of the host.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.core.server import traffic
from app.operations.watch.models import WatchStanding
from app.operations.watch.readings import Readings
from app.operations.watch.rules import judge_all
from scoring.vocabulary import DriftVerdict

Lines = Iterable[tuple[list[str], float]]


def exposed(read: Readings) -> bytes:
    """Return everything that is exposed, in the text format of Prometheus."""
    figures = CollectorRegistry()
    figures.register(_Figures(read))
    return generate_latest(traffic.registry()) + generate_latest(figures)


class _Figures(Collector):
    """What was read, as Prometheus collects it."""

    def __init__(self, read: Readings) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each figure, and how each watched thing stands."""
        read = self._read
        yield from _work(read)
        yield from _data(read)
        yield from _kept(read)
        yield from _room(read)
        yield _family(
            "vigie_watched", "1 for how each watched thing stands, as « État du service » says it.",
            labels=["thing", "standing"],
            lines=(
                ([code, standing.value], float(judgement.standing is standing))
                for code, judgement in judge_all(read).items() for standing in WatchStanding
            ),
        )  # fmt: skip


def _work(read: Readings) -> Iterator[GaugeMetricFamily]:
    queues, mail = read.work.queues, read.mail
    yield _family(
        "vigie_tasks_waiting", "Tasks that could run and wait, by name.",
        labels=["task"], lines=(([queue.task], queue.waiting) for queue in queues),
    )  # fmt: skip
    yield _family(
        "vigie_task_oldest_seconds", "For how long the oldest of them has waited, by name.",
        labels=["task"], lines=(([queue.task], queue.seconds) for queue in queues),
    )  # fmt: skip
    yield _figure("vigie_tasks_failed", "Tasks that failed for good within a day.", read.work.failed)  # fmt: skip
    yield _family(
        "vigie_mails", "E-mails that are not sent, by what becomes of them.",
        labels=["state"],
        lines=[(["waiting"], mail.waiting), (["late"], mail.late), (["given_up"], mail.given_up)],
    )  # fmt: skip
    yield _family(
        "vigie_entries", "Sign-ins of the last hour, by outcome.",
        labels=["outcome"],
        lines=[(["opened"], read.entries.opened), (["refused"], read.entries.refused)],
    )  # fmt: skip


def _data(read: Readings) -> Iterator[GaugeMetricFamily]:
    run = read.run
    yield _family(
        "vigie_import_age_seconds", "Since the last file of each source was published.",
        labels=["source"],
        lines=(
            ([source.source], _age(read, source.published_at))
            for source in read.imports.sources if source.published_at
        ),
    )  # fmt: skip
    yield _figure("vigie_imports_undecided", "Batches that wait for a decision.", read.imports.undecided)  # fmt: skip
    if run.began_at is not None:
        yield _figure("vigie_run_age_seconds", "Since the last detection began.", _age(read, run.began_at))  # fmt: skip
        yield _figure("vigie_run_failed", "1 when the last detection failed.", run.is_failed)
    if run.seconds is not None:
        yield _figure("vigie_run_duration_seconds", "What the last detection took.", run.seconds)
    if run.drift is not None:
        yield _family(
            "vigie_drift", "1 for the verdict of the last drift that was measured.",
            labels=["verdict"],
            lines=(([verdict.value], float(verdict.value == run.drift)) for verdict in DriftVerdict),
        )  # fmt: skip


def _kept(read: Readings) -> Iterator[GaugeMetricFamily]:
    kept, sealed = read.kept, read.seals.sealed
    if sealed is not None:
        days = (read.moment.date() - sealed).days
        yield _figure("vigie_journal_seal_age_days", "Since the last day of the journal that is sealed.", days)  # fmt: skip
    if kept.made_at is not None:
        yield _figure("vigie_backup_age_seconds", "Since the moment of the last whole backup.", _age(read, kept.made_at))  # fmt: skip
    if kept.proved_at is not None:
        yield _figure("vigie_drill_age_seconds", "Since a backup was last restored.", _age(read, kept.proved_at))  # fmt: skip
    if kept.restored_in is not None:
        yield _figure("vigie_drill_duration_seconds", "What restoring it took.", kept.restored_in)


def _room(read: Readings) -> Iterator[GaugeMetricFamily]:
    room = read.room
    yield _figure("vigie_disk_free_bytes", "Free on the disk of the instance.", room.free)
    yield _figure("vigie_disk_size_bytes", "Size of the disk of the instance.", room.size)
    yield _figure("vigie_database_connections", "Connections of the server in use.", room.connections)  # fmt: skip
    yield _figure("vigie_database_connections_max", "Connections that the server accepts.", room.most_connections)  # fmt: skip


def _age(read: Readings, moment: datetime | None) -> float:
    return (read.moment - moment).total_seconds() if moment else 0.0


def _figure(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=float(value))


def _family(name: str, help_text: str, *, labels: list[str], lines: Lines) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for values, figure in lines:
        family.add_metric(values, float(figure))
    return family
