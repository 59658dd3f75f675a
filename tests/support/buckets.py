"""The objects of a store, as a test or another host sees them."""

import fsspec

from scoring.data.store import LakeStore

BUCKET = "lac-d-essai"
KEYS = {"key": "cle-d-essai", "secret": "secret-d-essai"}


def files_of(store: LakeStore) -> fsspec.AbstractFileSystem:
    """The objects of a store, for a test to look at or to spoil."""
    return fsspec.filesystem(
        "s3", endpoint_url=store.endpoint, key=store.key, secret=store.secret, use_listings_cache=False
    )  # fmt: skip


def other_host(store: LakeStore, **changes: str) -> LakeStore:
    """The same store as another host sees it, which knows nothing yet."""
    said = {"url": store.url, "endpoint": store.endpoint, "key": store.key, "secret": store.secret}
    return LakeStore(**{**said, **changes})  # type: ignore[arg-type]
