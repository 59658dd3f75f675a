"""Data whose answers were published, as arrays: where each comes from is in docs/impact.md.

Those of `causaldata` are read from its files: importing it would load Statsmodels, which nothing here needs.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

HERE = Path(__file__).parent / "data"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """An outcome (NaN: unknown), who was treated, what was known before."""

    outcome: Floats
    treated: Floats
    covariates: Floats


@cache
def packaged(name: str) -> pd.DataFrame:
    """A table of `causaldata`."""
    return pd.read_stata(
        str(distribution("causaldata").locate_file(f"causaldata/{name}/{name}.dta"))
    )


def own(name: str) -> pd.DataFrame:
    """A table of this folder."""
    return pd.read_csv(HERE / f"{name}.csv")


def experiment() -> Observed:
    """The National Supported Work demonstration: earnings of 1978, who was drawn to be trained."""
    return earnings(packaged("nsw_mixtape"))


def observational() -> Observed:
    """Those who were trained, beside 15,992 people of a survey who were not drawn."""
    trained = packaged("nsw_mixtape").query("treat == 1")
    return earnings(pd.concat([trained, packaged("cps_mixtape")], ignore_index=True))


def earnings(people: pd.DataFrame) -> Observed:
    """Earnings, and the covariates of Dehejia and Wahba (1999) in *The Mixtape*."""
    columns = {
        **{name: people[name] for name in ("age", "educ", "marr", "nodegree", "black", "hisp")},
        **{name: people[name] for name in ("re74", "re75")},
        "age2": people["age"] ** 2,
        "age3": people["age"] ** 3,
        "educ2": people["educ"] ** 2,
        "u74": people["re74"].eq(0),
        "u75": people["re75"].eq(0),
        "educ_re74": people["educ"] * people["re74"],
    }
    return Observed(
        outcome=people["re78"].to_numpy(float),
        treated=people["treat"].to_numpy(float),
        covariates=pd.DataFrame(columns).to_numpy(float),
    )


@dataclass(frozen=True)
class Smokers:
    """NHEFS: who quit smoking; weight gained; months to death within ten years of 1983."""

    gained: Observed
    months: Floats
    died: npt.NDArray[np.bool_]


@cache
def smokers() -> Smokers:
    """NHEFS, with the covariates of chapters 12 and 17 of *What If*."""
    people = packaged("nhefs")
    names = ("sex", "race", "age", "smokeintensity", "smokeyrs", "wt71")
    columns = {name: people[name].astype(float) for name in names}
    columns |= {f"{name}²": columns[name] ** 2 for name in names[2:]}
    for name in ("education", "exercise", "active"):
        for level in sorted(people[name].unique())[1:]:
            columns[f"{name} {level}"] = people[name].eq(level).astype(float)
    died = people["death"].astype(float).to_numpy() == 1
    months = (people["yrdth"].astype(float) - 83) * 12 + people["modth"].astype(float)
    return Smokers(
        gained=Observed(
            outcome=people["wt82_71"].to_numpy(float),
            treated=people["qsmk"].to_numpy(float),
            covariates=pd.DataFrame(columns).to_numpy(float),
        ),
        months=np.where(died, months, 120.0),
        died=died,
    )
