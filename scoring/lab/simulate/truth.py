"""What only the simulation knows, stored separately from the files: distress, risks, fates.

Three Parquet tables in `truth/`, dates at midnight:
firms     siren, name, department, naf, branch, frailty, created_on, failed_on (opening of the first
          procedure) and procedure (its kind), ceased_on (quiet end), insolvent_on (the month in which the court became a
          matter of weeks), supported_on, observed_until, ratio (what support does to the hazard);
distress  siren, month, distress (standard normal at rest), hazard (of insolvency in the month),
          at_risk;
risk      siren, as_of (quarters), risk_12, risk_18, risk_24, at_risk.
`at_risk` is true while the firm is in business and no procedure has opened. Risks are those of an
opening without any support, and as if no firm ceased quietly first. Fates after the extraction are
unknown.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from scoring.lab.simulate.firms.economy import MAX_LOG_HAZARD, state_loading
from scoring.lab.simulate.firms.risk import true_risks
from scoring.lab.simulate.firms.sectors import Branch
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Timeline, first_day

HORIZONS = (12, 18, 24)
"""Horizons of the true risk, in months."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The three tables of a world's truth; columns are listed in the module's docstring."""

    firms: pd.DataFrame
    distress: pd.DataFrame
    risk: pd.DataFrame


def truth_of(world: World) -> Truth:
    """Compute the truth of a world."""
    return Truth(firms=_firms(world), distress=_distress(world), risk=_risk(world))


def write_truth(truth: Truth, directory: Path) -> dict[str, int]:
    """Write the tables as `directory/<table>.parquet`; return the rows of each file."""
    directory.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, frame in vars(truth).items():
        pq.write_table(
            pa.Table.from_pandas(frame, preserve_index=False), directory / f"{name}.parquet"
        )
        counts[f"truth/{name}.parquet"] = len(frame)
    return counts


def load_truth(directory: Path) -> Truth:
    """Read the truth written in `directory` (a world's `truth/`)."""
    tables = {
        name: pq.read_table(directory / f"{name}.parquet").to_pandas()
        for name in ("firms", "distress", "risk")
    }
    return Truth(**tables)


def _firms(world: World) -> pd.DataFrame:
    firms, procedures, timeline = world.firms, world.procedures, world.timeline
    opened = procedures.opened_on
    paths = world.paths
    ceased = paths.cessation_month
    ceased_on = np.where(
        ceased < timeline.size,
        first_day(timeline.all_months[0] + ceased),
        np.datetime64("NaT"),
    )
    return pd.DataFrame(
        {
            "siren": firms.siren,
            "name": firms.display_name,
            "department": firms.department,
            "naf": firms.naf,
            "branch": np.array([branch.name.lower() for branch in Branch])[firms.branch],
            "frailty": firms.frailty,
            "created_on": firms.created_on.astype("datetime64[s]"),
            "failed_on": opened.astype("datetime64[s]"),
            "procedure": pd.Series(procedures.first_kind, dtype="str").where(~np.isnat(opened)),
            "ceased_on": ceased_on.astype("datetime64[s]"),
            "insolvent_on": _first_days(paths.insolvent_month, timeline),
            "supported_on": paths.supports.on.astype("datetime64[s]"),
            "ratio": paths.supports.ratio,
            "observed_until": np.full(
                len(firms), np.datetime64(timeline.extracted_on, "D") - np.timedelta64(1, "D")
            ).astype("datetime64[s]"),
        }
    )


def _first_days(month: NDArray[np.int64], timeline: Timeline) -> NDArray[np.datetime64]:
    """Return the first day of each month, NaT outside the timeline."""
    inside = np.minimum(month, timeline.size - 1)
    day = first_day(timeline.all_months[inside]).astype("datetime64[s]")
    return np.where(month < timeline.size, day, np.datetime64("NaT", "s"))


def _distress(world: World) -> pd.DataFrame:
    paths, timeline = world.paths, world.timeline
    months = np.arange(BURN_IN_MONTHS, timeline.size)
    log_hazard = (
        paths.exposure + paths.macro[world.firms.branch][:, : timeline.size]
    ) + state_loading() * paths.state
    exists = months >= world.firms.created_month[:, None]
    working = exists & (months < _gone(world)[:, None])
    firm, column = np.nonzero(exists)
    return pd.DataFrame(
        {
            "siren": world.firms.siren[firm],
            "month": first_day(timeline.all_months[months[column]]).astype("datetime64[s]"),
            "distress": paths.distress[firm, months[column]].astype(np.float32),
            "hazard": np.exp(np.minimum(log_hazard[firm, months[column]], MAX_LOG_HAZARD)).astype(
                np.float32
            ),
            "at_risk": working[firm, column],
        }
    )


def _risk(world: World) -> pd.DataFrame:
    timeline, frames = world.timeline, []
    for month in range(BURN_IN_MONTHS, timeline.size):
        if timeline.calendar_month()[month] % 3:
            continue
        exists = world.firms.created_month < month
        risks = true_risks(
            paths=world.paths, branch=world.firms.branch, month=month, horizons=HORIZONS
        )
        as_of = first_day(timeline.all_months[month]).astype("datetime64[s]")
        frame = pd.DataFrame({"siren": world.firms.siren, "as_of": as_of})
        frame[[f"risk_{horizon}" for horizon in HORIZONS]] = risks
        frame["at_risk"] = month < _gone(world)
        frames.append(frame[exists])
    return pd.concat(frames, ignore_index=True)


def _gone(world: World) -> NDArray[np.int64]:
    """Return the first month in which each firm is in procedure or has ceased."""
    return np.minimum(world.paths.opening_month, world.paths.cessation_month)
