"""``python -m bench.attack [WIDTH] [--only WORD …]``: the suite's attacks, wider, and what they tried, as Markdown.

Everybody on every address, hostile bytes and texts in every parameter and form, hostile files, faults of ProConnect, processes killed,
a journal tampered with. The tests are the suite's (``tests/``): only how much they try differs. A whole run takes long: each line is
written as soon as its attack is over, and ``--only`` runs those whose name holds a word.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench import conditions
from bench.measuring import seconds
from config import ROOT
from tests.support.attack import COUNTS

WIDTH = 5
ATTACKS = {
    "Rights: everybody on every address, and in SQL": (
        "tests/web/test_crawl.py", "tests/web/test_crawl_writes.py", "tests/web/test_rights.py", "tests/web/known_holes",
        "tests/web/test_impersonation.py", "tests/web/test_network_entries.py", "tests/web/test_role_requests.py",
        "tests/db/test_rights.py", "tests/db/test_rewriting.py", "tests/db/test_invitations.py",
        "tests/db/test_what_opens.py", "tests/db/test_without_context.py", "tests/db/test_habilitations_rights.py",
    ),
    "Inputs: bytes, texts, bodies, files, spreadsheets": (
        "tests/web/test_fuzz.py", "tests/web/test_bad_input.py", "tests/web/test_hardening.py", "tests/web/test_exports.py",
        "tests/db/test_imports_faults.py", "tests/scoring/sources",
    ),
    "Signing in: throttle, sessions, faults of ProConnect": (
        "tests/web/test_throttle.py", "tests/web/test_sessions.py", "tests/web/test_proconnect_refusals.py",
    ),
    "Kills: imports, jobs": (
        "tests/db/test_imports_kill.py", "tests/db/test_imports_kill_anywhere.py", "tests/db/test_jobs.py",
    ),
    "Connections, files and settings of an instance": (
        "tests/instance/test_hostile_connections.py", "tests/instance/test_private_files.py", "tests/unit/test_config.py",
        "tests/unit/test_config_production.py", "tests/web/test_outages.py",
    ),
    "Journal: tampered with": ("tests/db/journal", "tests/web/test_audit.py", "tests/web/test_own_journal.py", "tests/web/test_pace.py"),
}  # fmt: skip


HEADER = "| attack | requests | routes | answers 5xx | kills | tests | time |\n|---|---|---|---|---|---|---|"


def main() -> None:
    """Run each attack in turn; exit with an error if one found something."""
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("width", type=int, nargs="?", default=WIDTH)
    parser.add_argument(
        "--only", action="append", default=[], help="a word of the name of an attack"
    )
    asked = parser.parse_args()
    _say(f"{conditions.sentence()} Width {asked.width}.\n\n{HEADER}")
    found = False
    for name, modules in ATTACKS.items():
        if asked.only and not any(word.lower() in name.lower() for word in asked.only):
            continue
        with tempfile.TemporaryDirectory(prefix="vigie-attack-") as scratch:
            done: list[subprocess.CompletedProcess[str]] = []
            took = seconds(lambda: done.append(_run(modules, asked.width, Path(scratch))))  # noqa: B023
            (run,) = done
            tried = _tried(Path(scratch))
        found |= run.returncode != 0
        routes = sum(key.startswith("route ") for key in tried)
        summary = run.stdout.strip().splitlines()[-1].strip("= ")
        _say(
            f"| {name} | {tried['requests']} | {routes} | {tried['status 5xx']} | {tried['kills']} | {summary} | {took:.0f} s |"
        )
        if run.returncode:
            sys.stderr.write(run.stdout)
    sys.exit(found)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(modules: tuple[str, ...], width: int, scratch: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own tests
        [
            sys.executable, "-m", "pytest", "-q", "-p", "tests.support.attack", "-n", "2", "--dist", "loadscope",
            "--no-loadscope-reorder", "--no-header", *modules,
        ],
        cwd=ROOT,
        env={**os.environ, "ATTACK_WIDTH": str(width), COUNTS: str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip


def _tried(scratch: Path) -> "Counter[str]":
    total: Counter[str] = Counter()
    for path in scratch.glob("*.json"):
        total.update(json.loads(path.read_text()))
    return total


if __name__ == "__main__":
    main()
