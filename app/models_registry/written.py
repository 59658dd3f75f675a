"""Measures as text: a number, a share, an interval."""

from collections.abc import Mapping
from typing import Any

from app.core.text.french import UNKNOWN, number_fr, percent_fr


def interval(measured: Mapping[str, Any] | None, *, share: bool) -> str:
    """Return « 0,81 [0,72 ; 0,88] », or « – » when it could not be measured."""
    if measured is None or measured.get("value") is None:
        return UNKNOWN
    value, low, high = (number(measured.get(key), share=share) for key in ("value", "low", "high"))
    return f"{value} [{low} ; {high}]"


def number(value: float | None, *, share: bool) -> str:
    """Return a share in percent, or another number with three decimals."""
    return percent_fr(value, 1) if share else number_fr(value, 3)
