"""``python -m bench``: build a demonstration in its own directory, measure, print Markdown."""

import logging
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import structlog

from app import create_app
from app.core.database.cluster import local_cluster
from app.demo.build import run_steps
from app.demo.steps import list_dates, steps
from app.extensions import db
from bench import conditions, importing, journaling, learning, national, pages, rights
from bench.measuring import seconds
from config import ROOT, Config

FIRMS, MONTHS = 3000, 120
LARGER = 12_000
READER = "elsa@demo.invalid"
COST = (
    "The same reader and pages with the policies and with row-level security disabled by the owner, in turn, 12 times 20 requests of each; "
    "the ratio is the median over turns, its interval a bootstrap of the turns."
)


def main() -> None:
    """Measure everything, in the order of the data."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as scratch:
        home = Path(scratch) / "home"
        os.environ["VIGIE_HOME"] = str(home)
        app = create_app(Config.from_env())
        try:
            _measure(app, home, Path(scratch))
        finally:
            with app.app_context():
                db.engine.dispose()
            local_cluster(home).stop()


def _measure(app: object, home: Path, scratch: Path) -> None:
    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    with app.app_context():  # type: ignore[attr-defined]
        built = seconds(lambda: run_steps(steps(firms=FIRMS, months=MONTHS), say=say))
        again = seconds(lambda: run_steps(steps(firms=FIRMS, months=MONTHS), say=say))
    files = home / "demo" / "files"
    end = list_dates(_last_month(home))[-1]
    speed, card = learning.report(home / "lake", as_of=end, out=scratch / "model")
    (ROOT / "docs" / "model-card.md").write_text(card)
    version = local_cluster(home).binaries.version
    size = f"{FIRMS} firms × {MONTHS} months, nine lists, two years of follow-up"
    reading = "As a manager of the whole region, 100 requests in process after 5 of warm-up, row-level security and journal on."
    sections = {
        "Building the demonstration": f"{size}: {built:.0f} s, libraries installed; a second start finds it done in {again:.1f} s.",
        "Import": importing.table(files, today=end),
        "National import": national.table(scratch / "national"),
        "Model": speed,
        "Model in a larger region": learning.larger_world(
            scratch, firms=LARGER, months=MONTHS, end=_last_month(home)
        ),
        "Journal": journaling.table(app),  # type: ignore[arg-type]
        f"Pages at {FIRMS} firms": f"{reading}\n\n{pages.table(app, email=READER)}",  # type: ignore[arg-type]
        "What row-level security costs": f"{COST}\n\n{rights.table(app, email=READER)}",  # type: ignore[arg-type]
    }
    chapters = [f"## {title}\n\n{text}" for title, text in sections.items()]
    sys.stdout.write("\n\n".join([conditions.sentence(postgresql=version), *chapters]) + "\n")


def _last_month(home: Path) -> date:
    return date.fromisoformat((home / "demo" / "end").read_text())


if __name__ == "__main__":
    main()
