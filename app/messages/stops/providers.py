"""What the domains above have that e-mails may stop."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.slots import Slot
from app.messages.stops.links import ToStop


@dataclass(frozen=True, kw_only=True)
class Stoppable:
    """What one domain may stop; both functions are called for the system.

    ``list_running``: what of it still tells the agent, as the e-mail said it; ``stop``: tell no more, which is journaled.
    """

    list_running: Callable[[Session, ToStop], list[str]]
    stop: Callable[[Session, ToStop], None]


#: what e-mails may stop, by domain
stoppables: Slot[Stoppable] = Slot("what e-mails may stop")
