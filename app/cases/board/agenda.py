"""What other domains know of the days of accompagnements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.slots import Slot


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """Something of an accompagnement on a day: what, of which firm, where it is read."""

    day: date
    said: str
    firm: str
    url: str


#: what there is from a day to another, both included, of the accompagnements selected by their number; the last argument: how many at most
Agenda = Callable[[Session, Identity, Select[int], tuple[date, date], int], Sequence[AgendaLine]]

#: those that the domains above register
agendas: Slot[Agenda] = Slot("days of accompagnements")
