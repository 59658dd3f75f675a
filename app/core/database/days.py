"""Days of moments, as statements say them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func

from app.core.now import PARIS


def day_of(moment: Any) -> ColumnElement[date]:
    """Return the date of a moment in Paris, where the agents' days begin and end; see `core.now.day_of`."""
    return cast(func.timezone(PARIS.key, moment), Date)
