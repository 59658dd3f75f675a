"""Measures as text: a number, a share, an interval."""

from collections.abc import Mapping
from typing import Any

from app.core.text.french import UNKNOWN, number_fr, percent_fr
from scoring.measuring.report.conclusions import NO_INTERVAL


def interval(measured: Mapping[str, Any] | None, *, share: bool) -> str:
    """Return « 0,81 [0,72 ; 0,88] », « 0,81 (sans intervalle) », or « – » when it could not be measured."""
    if measured is None or measured.get("value") is None:
        return UNKNOWN
    if measured.get("low") is None or measured.get("high") is None:
        return f"{number(measured['value'], share=share)} ({NO_INTERVAL})"
    value, low, high = (number(measured.get(key), share=share) for key in ("value", "low", "high"))
    return f"{value} [{low} ; {high}]"


def number(value: float | None, *, share: bool) -> str:
    """Return a share in percent, or another number with three decimals."""
    return percent_fr(value, 1) if share else number_fr(value, 3)
