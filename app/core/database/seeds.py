"""Reference lists planted in an empty instance; planting again adds what is missing and rewrites nothing."""

from collections.abc import Callable

from sqlalchemy.orm import Session

Seed = Callable[[Session], None]

_seeds: list[Seed] = []


def declare(seed: Seed) -> None:
    """Add a domain's reference lists."""
    if seed not in _seeds:
        _seeds.append(seed)


def plant(session: Session) -> None:
    """Plant every domain's reference lists, in the order of the domains."""
    for seed in _seeds:
        seed(session)
    session.flush()
