"""What goes with an accompagnement from whoever leaves it to whoever takes it over."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.slots import Slot

#: hands what some agents had to do in an accompagnement to the identity that takes it over
Relay = Callable[[Session, Identity, Case, Sequence[int], Identity], None]

#: those that the domains above register
relays: Slot[Relay] = Slot("what goes to whoever takes an accompagnement over")
