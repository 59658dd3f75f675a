"""Throwing away the clusters that tests made."""

import shutil

from app.core.localpg import LocalCluster


def throw_away(cluster: LocalCluster) -> None:
    """Stop a cluster and remove its files, also when root's lives outside the test's own directory."""
    cluster.stop()
    shutil.rmtree(cluster.location, ignore_errors=True)
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    if cluster.location.is_relative_to("/var/lib/vigie"):
        cluster.location.parent.rmdir()
