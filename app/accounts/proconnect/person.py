"""Who ProConnect says is there."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom ProConnect recognised: ``sub`` is stable, ``email`` (lower case) may change. ``id_token`` serves to sign out."""

    sub: str
    email: str
    id_token: str = field(repr=False)
