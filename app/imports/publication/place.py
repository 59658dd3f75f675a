"""Where the lake is: under the home of the instance, or in a store that its hosts share."""

from pathlib import Path

from flask import current_app

from config import Config
from scoring.data.lake import Lake
from scoring.data.store import LakeStore


def lake_of(home: Path) -> Lake:
    """Return the lake of the instance whose files are in ``home``. Raises `LakeStoreError` when it is the copy of another store."""
    return Lake(home / "lake", store=store_of(current_app.config["VIGIE"]))


def store_of(config: Config) -> LakeStore | None:
    """Return the store that the settings name, if any."""
    if config.lake_url is None:
        return None
    return LakeStore(
        url=config.lake_url, endpoint=config.lake_endpoint, key=config.lake_key, secret=config.lake_secret
    )  # fmt: skip
