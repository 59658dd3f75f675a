"""A lake in an object store, over HTTP: what each host reads of it, and what a killed one leaves."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from scoring.data.engine import connect
from scoring.data.lake import Lake, open_tables
from scoring.data.store import LakeStore, LakeStoreError
from tests.scoring.small_lake import table_of
from tests.support.buckets import BUCKET, files_of, other_host

pytest_plugins = ["tests.support.object_server"]

MONTH = date(2024, 1, 1)
#: a process that dies when it asks the store for one thing more of a kind than it may
KILLED = """
import json, os, pathlib, signal, sys
import s3fs
from scoring.data.store import LakeStore
said, root, action, method, allowed = json.loads(sys.argv[1]), pathlib.Path(sys.argv[2]), *sys.argv[3:5], int(sys.argv[5])
called = []
def dying(self, *arguments, real=getattr(s3fs.S3FileSystem, method), **named):
    called.append(method)
    if len(called) > allowed:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *arguments, **named)
setattr(s3fs.S3FileSystem, method, dying)
store = LakeStore(**said)
if action == "fetch":
    for name in store.listed("b1"):
        store.fetch("b1", name, root / name.replace("/", "/b1/"))
else:
    store.send("b2", {f"{path.parts[-3]}/{path.name}": path for path in root.glob("*/b2/*.parquet")})
    store.publish({"effectif": {"batches": ["b1", "b2"], "current": "b2"}})
"""


def add(lake: Lake, batch: str, *values: float, sent: bool = True) -> None:
    """Read a batch of three files: two of workforce, one of plans."""
    lake.open_batch(batch)
    for value in values:
        rows = [{"siret": f"{int(value):014}", "month": MONTH, "workforce": value}]
        lake.write(batch, "effectif", table_of("effectif", rows))
    plan = [{"siret": "0" * 14, "created_on": MONTH}]
    lake.write(batch, "delai", table_of("delai", plan))
    if sent:
        lake.send(batch)


def seen(lake: Lake) -> list[float]:
    rows = lake.table(connect(), "effectif").to_pyarrow().to_pylist()
    return sorted(row["workforce"] for row in rows)


@pytest.fixture
def here(lake_store: LakeStore, tmp_path: Path) -> Lake:
    """The lake on a host that has published a batch."""
    lake = Lake(tmp_path / "here", store=lake_store)
    add(lake, "b1", 1, 2)
    lake.restate(["b1"])
    return lake


@pytest.fixture
def there(here: Lake, lake_store: LakeStore, tmp_path: Path) -> Lake:
    """The same lake on another host, which has nothing of it."""
    return Lake(tmp_path / "there", store=other_host(lake_store))


def killed(lake: Lake, action: str, method: str, *, after: int) -> None:
    assert lake.store
    said = {name: asdict(lake.store)[name] for name in ("url", "endpoint", "key", "secret")}
    arguments = [json.dumps(said), str(lake.root), action, method, str(after)]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_host_reads_what_another_published_and_only_that(here: Lake, there: Lake) -> None:
    assert seen(there) == [1, 2]
    add(here, "b2", 3)
    assert seen(there) == [1, 2], "sent, not published"
    here.restate(["b1", "b2"])
    assert seen(there) == [3]
    assert not (there.root / "delai").exists(), "nobody asked for it there"


def test_a_batch_read_on_a_host_is_published_on_another(here: Lake, there: Lake) -> None:
    add(here, "b2", 5)
    assert there.staged("b2") == ["effectif", "delai"]
    there.restate(["b1", "b2"])
    assert seen(here) == [5]
    there.restate(["b1"], withdrawn=["b2"])
    assert seen(here) == [1, 2]


def test_a_host_killed_between_two_objects_leaves_the_former_data(here: Lake, there: Lake) -> None:
    add(here, "b2", 3, 4, sent=False)
    killed(here, "publish", "put_file", after=1)
    assert there.staged("b2") == [], "a batch without its list is not there"
    assert "b2" in there.on_disk(), "what it left can be removed"
    assert seen(there) == [1, 2]
    add(here, "b2", 3, 4)
    here.restate(["b1", "b2"])
    assert seen(there) == [3, 4]


def test_a_host_killed_before_the_list_or_before_the_manifest_leaves_the_former_data(
    here: Lake, there: Lake
) -> None:
    add(here, "b2", 3, sent=False)
    killed(here, "publish", "pipe_file", after=0)
    assert there.staged("b2") == []
    killed(here, "publish", "pipe_file", after=1)
    assert there.staged("b2") == ["effectif", "delai"]
    assert seen(there) == [1, 2]
    there.restate(["b1", "b2"])
    assert seen(here) == [3]


def test_a_host_killed_while_it_fetches_has_no_half_of_a_file(here: Lake, there: Lake) -> None:
    killed(there, "fetch", "get_file", after=1)
    assert seen(there) == [1, 2]
    assert not list(there.root.rglob("*.half"))


def test_what_is_discarded_is_gone_everywhere(here: Lake, there: Lake) -> None:
    add(here, "b2", 3)
    there.discard("b2")
    assert there.on_disk() == {"b1"}
    assert not [path for path in files_of(there.store).find(BUCKET) if "/b2/" in path]  # type: ignore[arg-type]


def test_an_object_that_was_changed_is_refused(here: Lake, there: Lake) -> None:
    assert there.store
    files = files_of(there.store)
    (path,) = [p for p in files.find(BUCKET) if p.endswith("effectif/part-00000.parquet")]
    spoilt = bytearray(files.cat_file(path))
    spoilt[-9] ^= 1
    files.pipe_file(path, bytes(spoilt))
    with pytest.raises(LakeStoreError, match="n’est plus ce qui y fut écrit"):
        seen(there)
    assert not list(there.root.rglob("*.parquet"))


def test_a_name_of_the_store_leads_nowhere_out_of_the_lake(here: Lake, there: Lake) -> None:
    assert there.store
    files = files_of(there.store)
    listed = json.loads(files.cat_file(f"{BUCKET}/vigie/batches/b1/list.json"))
    outside = "../../outside"
    moved = {name: said for name, said in listed.items() if name.startswith("effectif/")}
    for name in moved:
        files.pipe_file(
            f"{BUCKET}/vigie/batches/{outside}/{name}",
            files.cat_file(f"{BUCKET}/vigie/batches/b1/{name}"),
        )
    files.pipe_file(f"{BUCKET}/vigie/batches/{outside}/list.json", json.dumps(moved).encode())
    led = {"effectif": {"batches": ["b1", outside], "current": outside}}
    there.store.publish(led)
    with pytest.raises(LakeStoreError, match="Vigie n’y a pas écrit"):
        seen(there)
    assert not list(there.root.parent.glob("outside/*"))
    there.store.publish({"effectif": {"batches": ["b1"], "current": "b1"}})
    escaping = {f"effectif/../{Path(name).name}": said for name, said in moved.items()}
    files.pipe_file(f"{BUCKET}/vigie/batches/b1/list.json", json.dumps(escaping).encode())
    with pytest.raises(LakeStoreError, match="Vigie n’y a pas écrit"):
        seen(there)


def test_a_lake_of_a_host_is_sent_the_first_time(lake_store: LakeStore, tmp_path: Path) -> None:
    alone = Lake(tmp_path / "here")
    add(alone, "b1", 1)
    add(alone, "b2", 2)
    alone.restate(["b1", "b2"])
    other = Lake(tmp_path / "there", store=other_host(lake_store))
    with pytest.raises(LakeStoreError, match="imports settle"):
        other.restate(["b1", "b2"])
    assert other.manifest() == {}
    shared = Lake(tmp_path / "here", store=lake_store)
    assert shared.restate(["b1", "b2"])
    assert seen(other) == [2]
    other.restate(["b1"], withdrawn=["b2"])
    assert seen(shared) == [1]


def test_a_copy_is_never_read_as_a_lake_of_its_own(here: Lake, tmp_path: Path) -> None:
    for reopened in (Lake, open_tables):
        with pytest.raises(LakeStoreError, match="rendez cette adresse à VIGIE_LAKE_URL"):
            reopened(here.root)
    with pytest.raises(LakeStoreError, match="s3://lac-d-essai/vigie"):
        Lake(here.root, store=LakeStore(url="s3://autre"))


def test_a_store_that_does_not_answer_says_what_to_do_and_no_key(
    lake_store: LakeStore, tmp_path: Path
) -> None:
    away = other_host(lake_store, endpoint="http://127.0.0.1:1")
    with pytest.raises(LakeStoreError, match="ne répond pas") as refused:
        Lake(tmp_path / "away", store=away).manifest()
    unknown = other_host(lake_store, url="s3://inconnu/vigie")
    lake = Lake(tmp_path / "unknown", store=unknown)
    add(lake, "b1", 1, sent=False)
    with pytest.raises(LakeStoreError, match="le compartiment n’existe pas"):
        lake.send("b1")
    for said in (str(refused.value), repr(lake_store), repr(away)):
        assert "secret-d-essai" not in said
        assert "cle-d-essai" not in said
