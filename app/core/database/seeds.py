"""Reference lists planted in an empty instance; planting again adds what is missing and overwrites nothing."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.slots import Slot

#: the functions that plant the reference lists of each domain, in the order of the domains
reference_lists: Slot[Callable[[Session], None]] = Slot("reference lists")


def plant(session: Session) -> None:
    """Plant every domain's reference lists, in the order of the domains."""
    for seed in reference_lists:
        seed(session)
    session.flush()
