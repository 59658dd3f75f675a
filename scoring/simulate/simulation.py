"""Write a simulated region: the partners' ten files, and the truth apart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scoring.simulate.truth import truth_of, write_truth
from scoring.simulate.world import World, build_world
from scoring.simulate.writers.short_time import write_consumption, write_requests
from scoring.simulate.writers.sirene import write_establishments, write_legal_units
from scoring.simulate.writers.urssaf import (
    write_contributions,
    write_debts,
    write_plans,
    write_procedures,
)
from scoring.simulate.writers.workforce import (
    write_establishment_workforce,
    write_firm_workforce,
)

WRITERS: dict[str, Callable[[World, Path], int]] = {
    "sireneUL.csv": write_legal_units,
    "StockEtablissement_utf8_geo.csv": write_establishments,
    "sigfaible_effectif_siret.csv": write_establishment_workforce,
    "sigfaible_effectif_siren.csv": write_firm_workforce,
    "sigfaible_cotisdues.csv": write_contributions,
    "sigfaible_debits.csv": write_debts,
    "sigfaible_delais.csv": write_plans,
    "sigfaible_pcoll.csv": write_procedures,
    "demande_ap.csv": write_requests,
    "consommation_ap.csv": write_consumption,
}
"""The partners' files and what writes each."""


@dataclass(frozen=True, kw_only=True)
class SimulationSummary:
    """What was written: rows of each file, firms that failed, day of the extraction."""

    rows: dict[str, int]
    firms: int
    failures: int
    extracted_on: date


def simulate(out: Path, *, firms: int, months: int, seed: int, end: date) -> SimulationSummary:
    """Write the files of a region of `firms` firms into `out`, and its truth into `out/truth`.

    The `months` observed months finish with the month of `end`; files hold what was published by
    the first day of the next one. Same arguments, same bytes. Raises ValueError when `firms` or
    `months` is not positive.
    """
    world = build_world(firms=firms, months=months, seed=seed, end=end)
    out.mkdir(parents=True, exist_ok=True)
    rows = {name: write(world, out / name) for name, write in WRITERS.items()}
    truth = truth_of(world)
    rows |= write_truth(truth, out / "truth")
    return SimulationSummary(
        rows=rows,
        firms=len(world.firms),
        failures=int(truth.firms["failed_on"].notna().sum()),
        extracted_on=world.timeline.extracted_on,
    )
