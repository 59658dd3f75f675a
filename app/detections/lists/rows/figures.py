"""What filters read beside the stored figures: the firms that no list held, the last accounts, the theme that dominates an entry."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from app.companies.models import AnnualAccounts, Company, Establishment, TerritoryCommune
from app.detections.lists.models import DetectionTheme
from app.detections.lists.rows.conditions import Condition, told

#: figures of accounts that filters ask for
OF_ACCOUNTS = ("revenue", "ebit")

_FIRMS, _THEMES = Company.__table__.c, DetectionTheme.__table__.c


def of_firms() -> SimpleNamespace:
    """What everybody knows of firms, read from themselves: of those that no list held, nothing is stored."""
    seat, communes = Establishment.__table__.c, TerritoryCommune.__table__.c
    territory = select(func.min(communes.territory)).where(
        communes.commune_code == seat.commune_code, seat.siren == _FIRMS.siren, seat.is_head_office
    )
    town = _FIRMS.department + " " + func.coalesce(_FIRMS.commune, "")
    known = dict(_FIRMS.items()) | {"town": town, "territory": territory.scalar_subquery()}
    return SimpleNamespace(**known)


def last_filed() -> SimpleNamespace:
    """Figures of the last accounts of such firms that the reader may read."""
    return SimpleNamespace(**{name: _last_filed(name) for name in OF_ACCOUNTS})


def last_stored(public: Any, closed: Any) -> SimpleNamespace:
    """Figures of the last accounts of a row that the reader may read, from the ``public`` ones and the ``closed`` ones."""
    is_later = or_(public.closed_on.is_(None), closed.closed_on > public.closed_on)
    last = {name: case((is_later, closed[name]), else_=public[name]) for name in OF_ACCOUNTS}
    return SimpleNamespace(**last)


def is_dominated(listed: Any, themes: Sequence[str]) -> Condition:
    """Whether one of some themes weighs the most in an entry, of those that the reader may read.

    Asked of each entry by its key: joined, all the themes of a list would be sorted for the rows of a page.
    """
    ranked = select(_THEMES.theme).where(
        _THEMES.list_id == listed.list_id, _THEMES.siren == listed.siren
    )
    first = ranked.order_by(_THEMES.position).limit(1).scalar_subquery()
    return first.in_([told(theme) for theme in themes])


def _last_filed(name: str) -> ColumnElement[float]:
    filed = AnnualAccounts.__table__.c
    last = select(filed[name]).where(filed.siren == _FIRMS.siren)
    return last.order_by(filed.closed_on.desc()).limit(1).scalar_subquery()
