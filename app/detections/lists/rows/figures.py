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

_FIRMS, _THEMES = Company.__table__.c, DetectionTheme.__table__


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
    """Whether one of some themes weighs the most in an entry: of those that the reader may read, no other weighs more."""
    dominant, heavier = _THEMES.alias(), _THEMES.alias()
    more = select(heavier.c.siren).where(
        heavier.c.list_id == dominant.c.list_id,
        heavier.c.siren == dominant.c.siren,
        heavier.c.position < dominant.c.position,
    )
    return (
        select(dominant.c.siren)
        .where(dominant.c.list_id == listed.list_id, dominant.c.siren == listed.siren)
        .where(dominant.c.theme.in_([told(theme) for theme in themes]), ~more.exists())
        .exists()
    )


def _last_filed(name: str) -> ColumnElement[float]:
    filed = AnnualAccounts.__table__.c
    last = select(filed[name]).where(filed.siren == _FIRMS.siren)
    return last.order_by(filed.closed_on.desc()).limit(1).scalar_subquery()
