"""The settings of instances that start."""

from collections.abc import Callable
from pathlib import Path

from config import Config

FromEnv = Callable[..., Config]

GOOD = "https://auth.exemple.invalid/api/v2"
#: two keys long enough, drawn once for these tests
LONG, OTHER = "N8wQk2vZr5TyXc1LbJm7HsPd", "k9Gd3Fq6Wz0UoRt4EiYn8BvA"
LONG, OTHER = LONG * 2, OTHER * 2
PRODUCTION = {
    "VIGIE_ENV": "production", "VIGIE_PUBLIC_URL": "https://vigie.exemple.invalid", "VIGIE_SECRET_KEY": LONG,
    "VIGIE_JOURNAL_KEY": OTHER, "VIGIE_PROXIES": "1",
}  # fmt: skip
KNOWN = {"proconnect_client_id": "vigie", "proconnect_client_secret": "secret"}


def private(issuer: str, *, production: bool, **settings: str) -> Config:
    """An instance that signs in through a provider, with the keys it needs unless others are said."""
    return Config(
        home=Path("home"), secret_key="x", journal_key="x", production=production,
        public_url="https://vigie.exemple.invalid", proconnect_issuer=issuer, **(settings or KNOWN),
    )  # fmt: skip
