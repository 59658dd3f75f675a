"""Where the cluster of a test run lives, and throwing away the clusters that tests made."""

import os
import shutil
from pathlib import Path

from app.core.database.cluster import LocalCluster, local_cluster

#: each test makes and drops a database, hundreds of files: in memory that is ten times quicker
MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of this run alone is made in it
ROOM = 4 * 2**30
PREFIX = "vigie-tests-"


def home_of_run(run_directory: Path, *, run: int) -> Path:
    """The home of the cluster that the workers of a run share: in memory where there is room.

    ``run`` is the process of the run: what a killed one left in memory is removed.
    """
    noted = run_directory / "cluster-home"
    if not noted.exists():
        noted.write_text(str(_in_memory(run) or run_directory / "cluster"))
    return Path(noted.read_text())


def throw_away(cluster: LocalCluster) -> None:
    """Stop a cluster and remove its files, also when root's lives outside the test's own directory."""
    cluster.stop()
    shutil.rmtree(cluster.location, ignore_errors=True)
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    if cluster.location.is_relative_to("/var/lib/vigie"):
        cluster.location.parent.rmdir()


def _in_memory(run: int) -> Path | None:
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    for left in MEMORY.glob(f"{PREFIX}*"):
        if not Path("/proc", left.name.removeprefix(PREFIX)).exists() and os.access(left, os.W_OK):
            throw_away(local_cluster(left))
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(MEMORY).free < ROOM:
        return None
    home = MEMORY / f"{PREFIX}{run}"
    home.mkdir()
    home.chmod(0o711)  # root's cluster is run by somebody else, who must get through
    return home
