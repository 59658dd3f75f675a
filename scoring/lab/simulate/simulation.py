"""Write a simulated economy, one cohort at a time: the partners' files and, separately, the truth."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.lab.simulate.assembly import Assembly
from scoring.lab.simulate.firms import cohorts
from scoring.lab.simulate.firms.support import SupportPolicy
from scoring.lab.simulate.firms.world import World, build_world
from scoring.lab.simulate.randomness import Seed
from scoring.lab.simulate.timeline import Timeline
from scoring.lab.simulate.truth import truth_of, write_truth
from scoring.lab.simulate.writers.public import write_notices, write_ratios
from scoring.lab.simulate.writers.series import series_writers
from scoring.lab.simulate.writers.short_time import write_consumption, write_requests
from scoring.lab.simulate.writers.sirene import (
    write_establishments,
    write_legal_unit_history,
    write_legal_units,
    write_successions,
)
from scoring.lab.simulate.writers.urssaf import (
    write_contributions,
    write_debts,
    write_plans,
    write_procedures,
)
from scoring.lab.simulate.writers.workforce import (
    write_establishment_workforce,
    write_firm_workforce,
)

WRITERS: dict[str, Callable[[World, Path], int]] = {
    "sireneUL.csv": write_legal_units,
    "StockUniteLegaleHistorique_utf8.csv": write_legal_unit_history,
    "StockEtablissement_utf8_geo.csv": write_establishments,
    "StockEtablissementLiensSuccession_utf8.csv": write_successions,
    "sigfaible_effectif_siret.csv": write_establishment_workforce,
    "sigfaible_effectif_siren.csv": write_firm_workforce,
    "sigfaible_cotisdues.csv": write_contributions,
    "sigfaible_debits.csv": write_debts,
    "sigfaible_delais.csv": write_plans,
    "sigfaible_pcoll.csv": write_procedures,
    "demande_ap.csv": write_requests,
    "consommation_ap.csv": write_consumption,
    "ratios_inpi_bce.csv": write_ratios,
    "bodacc.csv": write_notices,
    **series_writers(),
}
"""The partners' files and the writer of each."""


@dataclass(frozen=True, kw_only=True)
class Economy:
    """What is simulated: so many firms over so many months, the last one that of `end`; whom agents support, nobody without a policy."""

    firms: int
    months: int
    seed: int
    end: date
    policy: SupportPolicy | None = None

    @property
    def timeline(self) -> Timeline:
        """Its calendar."""
        return Timeline(end=self.end, months=self.months)


@dataclass(frozen=True, kw_only=True)
class SimulationSummary:
    """What was written: rows of each file, firms that failed, day of the extraction."""

    rows: dict[str, int]
    firms: int
    failures: int
    extracted_on: date


@dataclass(frozen=True, kw_only=True)
class _Written:
    """The files of one cohort, in their own directory."""

    directory: Path
    rows: dict[str, int]
    failures: int


def simulate(
    out: Path, *, firms: int, months: int, seed: int, end: date, jobs: int = 1
) -> SimulationSummary:
    """Write the files of an economy that nobody supports into `out`, as `simulate_economy` does.

    The same arguments give the same bytes, whatever `jobs`. Raises what `simulate_economy` raises.
    """
    return simulate_economy(Economy(firms=firms, months=months, seed=seed, end=end), out, jobs=jobs)


def simulate_economy(economy: Economy, out: Path, *, jobs: int = 1) -> SimulationSummary:
    """Write the files of an economy into `out`, and its truth into `out/truth`.

    Files hold what was published by the first day after its last month. `jobs` cohorts are simulated at a time, in as many
    processes, and set the memory needed. Raises ValueError when `firms` or `months` is not positive, or when there are more firms
    than identifiers.
    """
    timeline, sizes = economy.timeline, cohorts.sizes(economy.firms)
    rows: Counter[str] = Counter()
    failures = 0
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".cohorts-") as scratch, Assembly(out) as assembly:
        write = partial(_write_cohort, Path(scratch), economy=economy)
        with _workers(min(jobs, len(sizes))) as mapped:
            for written in mapped(write, range(len(sizes)), sizes):
                assembly.append(written.directory, written.rows)
                shutil.rmtree(written.directory)
                rows.update(written.rows)
                failures += written.failures
    return SimulationSummary(
        rows=dict(rows), firms=economy.firms, failures=failures, extracted_on=timeline.extracted_on
    )


@contextmanager
def _workers(jobs: int) -> Iterator[Callable[..., Iterator[_Written]]]:
    """Yield a `map` that works in this process or in others; results come in order."""
    if jobs == 1:
        yield map
    else:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            yield pool.map


def _write_cohort(scratch: Path, cohort: int, firms: int, *, economy: Economy) -> _Written:
    """Simulate one cohort and write its files as if it were alone."""
    world = build_world(
        firms=firms,
        months=economy.months,
        seed=Seed(economy.seed, cohort),
        end=economy.end,
        policy=economy.policy,
    )
    directory = scratch / str(cohort)
    directory.mkdir()
    rows = {name: write(world, directory / name) for name, write in WRITERS.items()}
    truth = truth_of(world)
    rows |= write_truth(truth, directory / "truth")
    return _Written(
        directory=directory, rows=rows, failures=int(truth.firms["failed_on"].notna().sum())
    )
