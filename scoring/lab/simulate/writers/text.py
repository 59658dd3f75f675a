"""Delimited text, built column by column: the same values always give the same bytes."""

import codecs
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scoring.lab.simulate.timeline import Days, Months

ENGLISH_MONTHS = np.array(
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
)


def write_rows(
    path: Path, columns: Mapping[str, object], *, separator: str, has_bom: bool = False
) -> int:
    """Write a header and one line for each row; return the number of rows.

    The text is UTF-8, with a byte order mark where the partner writes one. A column is an array
    of any type, or one value repeated on every line. No value is quoted: raises ValueError when
    one holds the separator, a quote or an end of line.
    """
    size = next(len(column) for column in columns.values() if isinstance(column, np.ndarray))
    texts = [_as_text(column) for column in columns.values()]
    for name, text in zip(columns, texts, strict=True):
        if pc.any(pc.match_substring_regex(text, f'[{separator}"\n\r]')).as_py():
            raise ValueError(f"a value of {name} would need quotes in {path.name}")
    with path.open("wb") as stream:
        stream.write(codecs.BOM_UTF8 if has_bom else b"")
        stream.write((separator.join(columns) + "\n").encode())
        if size:
            lines = pc.binary_join_element_wise(*texts, separator).to_pylist()
            stream.write(("\n".join(lines) + "\n").encode())
    return size


def _as_text(column: object) -> pa.Array | pa.Scalar:
    if isinstance(column, np.ndarray):
        return (
            pa.array(column.tolist(), pa.string())
            if column.dtype.kind == "U"
            else pa.array(column).cast(pa.string())
        )
    return pa.scalar(str(column), pa.string())


def blank_where(values: NDArray[np.int64], missing: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return integers as text, empty where `missing`."""
    return np.where(missing, "", values.astype(str))


def comma_decimals(cents: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return centimes as euros with a decimal comma, without trailing zeros: `14711,12`, `4`, `12,5`."""
    return _decimals(cents, ",")


def dot_decimals(hundredths: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return hundredths as a number with a decimal dot, without trailing zeros: `641.6`, `70`."""
    return _decimals(hundredths, ".")


def _decimals(hundredths: NDArray[np.int64], mark: str) -> NDArray[np.str_]:
    whole = (np.abs(hundredths) // 100).astype(str)
    suffixes = np.array([""] + [f"{mark}{rest:02d}".rstrip("0") for rest in range(1, 100)])
    unsigned = np.char.add(whole, suffixes[np.abs(hundredths) % 100])
    return np.char.add(np.where(hundredths < 0, "-", ""), unsigned)


def iso_dates(days: Days) -> NDArray[np.str_]:
    """Return days as `2020-04-02`."""
    return np.datetime_as_string(days, unit="D")


def _parts(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    months = days.astype("datetime64[M]")
    number = months.astype(np.int64)
    return 1970 + number // 12, number % 12 + 1, (days - months).astype(np.int64) + 1


def french_dates(days: Days) -> NDArray[np.str_]:
    """Return days as `21/05/2016`."""
    text = iso_dates(days)
    return np.array([f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in text.tolist()], dtype=str)


def urssaf_dates(days: Days) -> NDArray[np.int64]:
    """Return `1210405` for 2021-04-05: the date as an integer, minus 19000000."""
    year, month, day = _parts(days)
    return year * 10_000 + month * 100 + day - 19_000_000


def compact_dates(days: Days) -> NDArray[np.int64]:
    """Return days as `20000101`."""
    return urssaf_dates(days) + 19_000_000


def english_dates(days: Days) -> NDArray[np.str_]:
    """Return days as `08JUL2020`."""
    year, month, day = _parts(days)
    return np.array(
        [f"{d:02d}{ENGLISH_MONTHS[m - 1]}{y}" for y, m, d in zip(year, month, day, strict=True)],
        dtype=str,
    )


def urssaf_periods(months: Months, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `YYYYQM`, the month inside the quarter or 0 for a full quarter: `202122` is May 2021.

    `months` is the last month of each period, `lengths` is 1 or 3 months.
    """
    number = months.astype("datetime64[M]").astype(np.int64)
    year, month = 1970 + number // 12, number % 12
    inside = np.where(lengths == 3, 0, month % 3 + 1)
    return year * 100 + (month // 3 + 1) * 10 + inside
