"""The person whom ProConnect identified."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person whom ProConnect identified: ``sub`` is stable, ``email`` (lower case) may change. ``id_token`` is needed to sign out."""

    sub: str
    email: str
    id_token: str = field(repr=False)
