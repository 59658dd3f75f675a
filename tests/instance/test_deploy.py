"""The files that install Vigie: who holds which secret, what runs as whom, and that the system reads them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import ROOT

DEPLOY = ROOT / "deploy"
#: what each process must not hold: docs/operations.md, « Processes »
KEPT_FROM = {
    "web": {"DATABASE_URL", "DATABASE_BACKUP_URL", "VIGIE_JOURNAL_KEY", "VIGIE_BACKUP_KEY"},
    "clock": {"DATABASE_URL", "DATABASE_BACKUP_URL", "VIGIE_JOURNAL_KEY", "VIGIE_BACKUP_KEY"},
    "worker": {"DATABASE_URL"},
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """What Compose would start, merges done."""
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return told


@pytest.mark.parametrize("process", KEPT_FROM)
def test_a_container_holds_what_its_process_must_and_writes_where_it_may(
    services: dict[str, Any], process: str
) -> None:
    told = services[process]
    assert not KEPT_FROM[process] & set(told["environment"])
    assert told["environment"]["VIGIE_ENV"] == "production"
    assert told["read_only"] is True
    assert told["user"].split(":")[0] not in ("0", "root")
    assert told["cap_drop"] == ["ALL"]
    assert told["healthcheck"]["test"][:3] == ["CMD", "python", "deploy/alive.py"]
    assert all(port.startswith("127.0.0.1:") for port in told.get("ports", []))


def test_no_secret_stands_in_the_file(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service["environment"].items():
            if any(word in name for word in ("KEY", "PASSWORD", "SECRET", "URL")):
                assert "${" in value, name


def test_the_image_copies_what_is_there_and_runs_as_nobody() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    assert lines[-1].startswith("CMD")
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    assert any("--require-hashes" in line for line in lines)


@pytest.mark.parametrize("process", KEPT_FROM)
def test_a_unit_reads_no_more_secrets_than_its_process_may_hold(process: str) -> None:
    unit = (DEPLOY / "systemd" / f"vigie-{process}.service").read_text()
    assert ("/etc/vigie/worker.env" in unit) == (process == "worker")
    assert "User=vigie" in unit
    assert "ProtectSystem=strict" in unit


@pytest.mark.parametrize("process", KEPT_FROM)
def test_lines_are_rotated_and_end(services: dict[str, Any], process: str) -> None:
    unit = (DEPLOY / "systemd" / f"vigie-{process}.service").read_text()
    kept = (DEPLOY / "systemd" / "journald@vigie.conf").read_text()
    assert "LogNamespace=vigie" in unit
    assert {"SystemMaxUse", "MaxRetentionSec"} <= {line.split("=")[0] for line in kept.splitlines()}
    assert services[process]["logging"]["options"].keys() >= {"max-size", "max-file"}


def test_metrics_are_read_by_the_web_alone_and_never_from_outside(services: dict[str, Any]) -> None:
    held = {name for name, told in services.items() if "VIGIE_METRICS_TOKEN" in told["environment"]}
    assert held == {"web"}
    proxy = (DEPLOY / "nginx" / "vigie.conf").read_text()
    assert "location = /metriques { return 404; }" in proxy
    assert "proxy_set_header X-Request-Id $request_id;" in proxy


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    (tmp_path / "true").symlink_to("/bin/true")
    for path in sorted((DEPLOY / "systemd").iterdir()):
        # The commands are those of an installation: any program stands for them here.
        lines = [
            "ExecStart=/bin/true" if line.startswith("ExecStart=") else line
            for line in path.read_text().splitlines()
        ]
        copy = tmp_path / path.name
        copy.write_text("\n".join(lines))
    for path in sorted(tmp_path.glob("vigie*")):
        done = subprocess.run(
            ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
        )
        told = [line for line in done.stderr.splitlines() if path.name in line]
        assert told == []
