"""Ways to read a simulated region's files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from scoring.lab.simulate import Truth, load_truth

END = date(2026, 10, 1)
EXTRACTED_ON = pd.Timestamp(2026, 11, 1)


@dataclass(frozen=True)
class Region:
    """A simulated directory."""

    directory: Path

    def read(self, name: str) -> pd.DataFrame:
        """A partner's file, every cell as text, empty cells as NaN."""
        path = self.directory / name
        with path.open() as stream:
            separator = ";" if ";" in stream.readline() else ","
        return pd.read_csv(path, sep=separator, dtype=str, encoding="utf-8-sig")

    @property
    def truth(self) -> Truth:
        """The known truth."""
        return load_truth(self.directory / "truth")


def urssaf_days(column: pd.Series) -> pd.Series:
    """Urssaf dates (`1210405`) as days."""
    return pd.to_datetime((column.astype(int) + 19_000_000).astype(str))


def period_ends(column: pd.Series) -> pd.Series:
    """First day after each Urssaf period (`202132`, `202130`)."""
    month = (column.str[4].astype(int) - 1) * 3 + column.str[5].astype(int).replace(0, 3)
    first = pd.to_datetime(column.str[:4] + "-" + month.astype(str).str.zfill(2) + "-01")
    return first + pd.DateOffset(months=1)
