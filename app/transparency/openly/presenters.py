"""What the public pages say: the file that says to whom a fault is told, what the service costs, what is published of its effects."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.now import utcnow
from app.core.text.french import euros
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports.content import ComparedPeriods
from app.evidence.stats import presenters, queries
from config import Config

#: how long the file may be believed: RFC 9116 recommends less than a year
BELIEVED = timedelta(days=180)


def security_file(config: Config, *, address: str) -> str | None:
    """Return the file of RFC 9116, at its own ``address``; `None` where nobody is named to be told."""
    contact = config.security_contact or config.contact
    if contact is None:
        return None
    expires = (utcnow() + BELIEVED).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = (
        ("Contact", f"mailto:{contact}"),
        ("Expires", _instant(expires)),
        ("Preferred-Languages", "fr, en"),
        ("Canonical", address),
    )
    return "".join(f"{name}: {value}\n" for name, value in fields)


def yearly(config: Config) -> Sequence[tuple[str, str]]:
    """Return what the service costs each year, as it was filled in."""
    return [(str(year), euros(amount)) for year, amount in config.budget]


def published(session: Session) -> dict[str, Any]:
    """Return the figures of the last published period, if any."""
    periods = queries.list_published(session)
    if not periods:
        return {"period": None, "figures": []}
    now, before = queries.find_published(session, periods[0])
    told = ComparedPeriods(now=now, before=before)
    return {
        "period": ReportPeriod.parse(now.period).label,
        "until": now.until,
        "figures": presenters.of_country(told),
    }


def _instant(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
