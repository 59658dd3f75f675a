"""What higher domains demand before a model enters service: they plug a demand in, this domain does not know them."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.models_registry.models import ModelVersion

#: why the first model may not take the place of the second yet, in French; `None` when nothing is against it
Demand = Callable[[Session, ModelVersion, ModelVersion], str | None]

_demands: list[Demand] = []


def add_demand(demand: Demand) -> None:
    """Ask also ``demand``. Adding it twice changes nothing."""
    if demand not in _demands:
        _demands.append(demand)


def unmet(session: Session, challenger: ModelVersion, champion: ModelVersion) -> list[str]:
    """The reasons against, in the order of the domains."""
    found = (demand(session, challenger, champion) for demand in _demands)
    return [reason for reason in found if reason is not None]
