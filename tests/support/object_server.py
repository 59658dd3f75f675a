"""A store of objects that speaks S3 over HTTP, in this process, empty for each test."""

import logging
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from scoring.data.store import LakeStore
from tests.support.buckets import BUCKET, KEYS, files_of


@pytest.fixture(scope="module")
def object_server() -> Iterator[str]:
    """The address of the server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def lake_store(object_server: str, request: pytest.FixtureRequest) -> Iterator[LakeStore]:
    """A folder of a bucket that holds nothing, as one host sees it."""
    found = LakeStore(url=f"s3://{BUCKET}/vigie", endpoint=object_server, **KEYS)
    files = files_of(found)
    files.mkdir(BUCKET)
    yield found
    files.rm(BUCKET, recursive=True)
