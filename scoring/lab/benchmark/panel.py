"""A CSV panel in the engine's vocabulary: firms, quarters, features, openings."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.dictionary.feature import Feature
from scoring.lab.benchmark import times
from scoring.lab.benchmark.errors import BenchmarkError
from scoring.lab.benchmark.times import Clock
from scoring.learning.follow_up import INTERVAL_MONTHS, FollowUp, follow_up
from scoring.vocabulary import Theme, Unit

NO_TIME: Final = "none"
PREFIX: Final = "x:"  # so that no column of the file clashes with one of the engine
TRUE: Final = {"1": 1, "1.0": 1, "true": 1, "0": 0, "0.0": 0, "false": 0}
#: quarters are counted from here: early enough for any number of steps
ORIGIN: Final = np.datetime64("1700-01", "M")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The roles of the columns of the file; `time` is None for a cross-section, `features` is empty
    for all other columns.
    """

    entity: str
    event: str
    time: str | None
    features: tuple[str, ...] = ()
    lags: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`frame`: siren, as_of, step, event, then the features; `times`: each row's time as written in
    the file.
    """

    frame: pd.DataFrame
    times: pd.Series
    registry: tuple[Feature, ...]
    clock: Clock | None


def read(path: Path, columns: Columns) -> Panel:
    """Read and check a CSV (gzipped or not). Raises BenchmarkError."""
    table = _table(path)
    _check_columns(table, columns)
    clock, step = None, np.zeros(len(table), dtype=np.int64)
    if columns.time is not None:
        clock, step = times.read(table[columns.time], name=columns.time)
    frame = pd.DataFrame({"siren": _entities(table, columns.entity), "as_of": quarters(step)})
    frame["step"], frame["event"] = step, _events(table[columns.event], name=columns.event)
    written = table[columns.time].astype(str) if columns.time else pd.Series("", table.index)
    _check_unique(frame, written, columns)
    names = columns.features or tuple(
        str(name) for name in table if name not in {columns.entity, columns.time, columns.event}
    )
    values = pd.DataFrame({PREFIX + name: _typed(table[name]) for name in names})
    if not names:
        raise BenchmarkError(
            "le panel n’a aucune variable : seulement l’entité, le temps, l’évènement."
        )
    frame = pd.concat([frame, values, *lagged(frame, values, columns.lags)], axis=1)
    return Panel(
        frame=frame,
        times=written,
        registry=tuple(_feature(frame[name]) for name in frame.columns[4:]),
        clock=clock,
    )


def history(rows: pd.DataFrame, *, last: int) -> FollowUp:
    """Return the follow-up given by `rows` (siren, step, event), as known at step `last`: an event
    opens a procedure at the end of its step; without one, a firm is followed to the end of its last
    step.
    """
    day = quarters(np.array([last]))[0]
    known = follow_up(
        _dated(rows[rows["event"].eq(1)], "opened_on"),
        known_by=day.date(),
        closures=_dated(rows.groupby("siren")["step"].max().reset_index(), "closed_on"),
    )
    return replace(known, admin_end=day)  # the panel is complete: nothing remains to be published


def quarters(step: npt.NDArray[np.int64]) -> pd.DatetimeIndex:
    """Return the first day of the quarter that stands for each step."""
    months = ORIGIN + INTERVAL_MONTHS * step
    return pd.DatetimeIndex(months.astype("datetime64[s]"))


def lagged(frame: pd.DataFrame, values: pd.DataFrame, lags: Sequence[int]) -> list[pd.DataFrame]:
    """Return, for each lag, the numbers of the same firm that many steps before, and the changes
    since; missing where that row is absent.
    """
    numbers = values.select_dtypes("number")
    keys = pd.MultiIndex.from_frame(frame[["siren", "step"]])
    by_step = numbers.set_axis(keys)
    frames = []
    for lag in lags:
        past = pd.MultiIndex.from_arrays([frame["siren"], frame["step"] - lag])
        before = by_step.reindex(past).set_axis(numbers.index)
        frames += [
            before.add_suffix(f" (t−{lag})"),
            (numbers - before).add_suffix(f" (écart à t−{lag})"),
        ]
    return frames


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        message = f"le fichier {path} n’existe pas."
        raise BenchmarkError(message)
    try:
        table = pd.read_csv(path, low_memory=False)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        message = f"le fichier {path} ne se lit pas comme un CSV : {error}."
        raise BenchmarkError(message) from error
    if table.empty:
        message = f"le fichier {path} n’a aucune ligne."
        raise BenchmarkError(message)
    return table


def _check_columns(table: pd.DataFrame, columns: Columns) -> None:
    roles = [name for name in (columns.entity, columns.event, columns.time) if name is not None]
    absent = [name for name in (*roles, *columns.features) if name not in table]
    if absent:
        message = (
            f"colonne absente du fichier : {', '.join(absent)}. "
            f"Colonnes présentes : {', '.join(map(str, table.columns))}."
        )
        raise BenchmarkError(message)
    if len(set(roles)) < len(roles):
        raise BenchmarkError("entité, temps et évènement doivent être trois colonnes différentes.")
    leaking = sorted(set(roles) & set(columns.features))
    if leaking:
        message = f"« {leaking[0]} » ne peut pas être aussi une variable."
        raise BenchmarkError(message)


def _entities(table: pd.DataFrame, name: str) -> pd.Series:
    empty = int(table[name].isna().sum())
    if empty:
        message = f"la colonne « {name} » est vide sur {empty} ligne(s)."
        raise BenchmarkError(message)
    return table[name].astype(str)


def _events(column: pd.Series, *, name: str) -> pd.Series:
    events = column.map(lambda value: TRUE.get(str(value).strip().lower()))
    if events.isna().any():
        invalid = column[events.isna()].iloc[0]
        shown = "une case vide" if pd.isna(invalid) else f"« {invalid} »"
        message = f"l’évènement « {name} » doit valoir 0 ou 1 : {shown} n’est ni l’un ni l’autre."
        raise BenchmarkError(message)
    return events.astype("int64")


def _check_unique(frame: pd.DataFrame, written: pd.Series, columns: Columns) -> None:
    duplicated = frame.duplicated(["siren", "step"])
    if not duplicated.any():
        return
    first = int(np.argmax(duplicated.to_numpy()))
    where = f" à {columns.time} = {written.iloc[first]}" if columns.time else ""
    message = (
        f"{int(duplicated.sum())} ligne(s) en double : « {frame['siren'].iloc[first]} » figure deux fois"
        f"{where}. Gardez une ligne par entité{' et par temps' if columns.time else ''}."
    )
    raise BenchmarkError(message)


def _typed(column: pd.Series) -> pd.Series:
    """Return numbers as float64 (infinite ones become missing), all else as text; missing values
    remain missing.
    """
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64").replace([np.inf, -np.inf], np.nan)
    return column.astype(object).where(column.notna(), None)


def _feature(column: pd.Series) -> Feature:
    is_number = pd.api.types.is_numeric_dtype(column)
    name = str(column.name)
    return Feature(
        name=name,
        label=name.removeprefix(PREFIX),
        theme=Theme.CONTEXT,
        unit=Unit.COUNT if is_number else Unit.TEXT,
        source="panel",
        sentence="{value}",
    )


def _dated(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the end of each row's step, known on that same day."""
    day = quarters(rows["step"].to_numpy() + 1)
    return pd.DataFrame({"siren": rows["siren"].to_numpy(), column: day, "known_at": day})
