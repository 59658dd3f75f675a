"""What row-level security costs: the same pages with the policies and without, in turn, in a database made for that."""

import random
import statistics
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, NullPool, create_engine, text

from app.core.unit_of_work import TransactionalFlask
from bench.measuring import seconds
from bench.pages import get, signed_in, subject

#: turns with then without the policies, and in each the requests that count after those that warm
TURNS, REQUESTS, WARM_UP = 12, 20, 4
RESAMPLES = 2_000
PROTECTED = """
    select relname from pg_class where relrowsecurity
    and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
"""


def table(app: TransactionalFlask, *, email: str) -> str:
    """Markdown: p50 of each page with and without the policies, and their ratio with its 95 % interval.

    ``email`` must read everything, so that both ways show the same rows. The owner of the tables turns
    the policies off and on again; they are on at the end, whatever happens.
    """
    with app.app_context():
        key, siren = subject(email)
    client = signed_in(app, key)
    engine = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    lines = ["| page | with, p50 ms | without, p50 ms | ratio [95 %] |", "|---|---|---|---|"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        names = owner.scalars(text(PROTECTED)).all()
        try:
            for label, path in (
                ("`/detections` list", "/detections"),
                ("firm", f"/entreprises/{siren}"),
            ):
                pairs = _in_turn(owner, names, lambda path=path: get(client, path))  # type: ignore[misc]
                lines.append(f"| {label} | {_row(pairs)} |")
        finally:
            _turn(owner, names, "enable")
    return "\n".join(lines)


def _in_turn(
    owner: Connection, names: Sequence[str], call: Callable[[], None]
) -> list[tuple[float, float]]:
    """For each turn, the median seconds with the policies, then without."""
    pairs = []
    for _ in range(TURNS):
        found = []
        for way in ("enable", "disable"):
            _turn(owner, names, way)
            took = [seconds(call) for _ in range(WARM_UP + REQUESTS)][WARM_UP:]
            found.append(statistics.median(took))
        pairs.append((found[0], found[1]))
    return pairs


def _turn(owner: Connection, names: Sequence[str], way: str) -> None:
    for name in names:
        owner.execute(text(f"alter table {name} {way} row level security"))


def _row(pairs: Sequence[tuple[float, float]]) -> str:
    draw = random.Random(1)  # noqa: S311 - a bootstrap, the same at each run
    ratios = sorted(_ratio(draw.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    low, high = ratios[int(0.025 * RESAMPLES)], ratios[int(0.975 * RESAMPLES)]
    with_ms, without_ms = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    return f"{with_ms:.1f} | {without_ms:.1f} | {_ratio(pairs):.2f} [{low:.2f} ; {high:.2f}]"


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """The median over turns of the ratio within a turn: what else the machine does weighs on both."""
    return statistics.median(on / off for on, off in pairs)
