"""The command line: one sub-command a step. The code of a command is imported when it is asked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

# Command → module that owns it, name of the function that declares it, one line of help.
COMMANDS = {
    "sources": ("scoring.data.cli", "add_parser", "read partner files into typed Parquet"),
    "views": ("scoring.data.views.cli", "add_parser", "derive the monthly tables"),
    "describe": (
        "scoring.data.documentation",
        "add_parser",
        "document the columns of sources and views",
    ),
    "simulate": ("scoring.lab.simulate.cli", "add_parser", "write a known-truth region"),
    "features": ("scoring.model_cli", "add_parsers", "build the features of a day"),
    "train": ("scoring.model_cli", "add_parsers", "train a model"),
    "score": ("scoring.model_cli", "add_parsers", "score the firms of a day"),
    "rows": ("scoring.data.cli", "add_rows_parser", "show rows of a batch"),
    "try-rules": ("scoring.listing.cli", "add_parser", "try expert rules on a list"),
    "benchmark": ("scoring.lab.benchmark.cli", "add_parser", "engine and peers on any panel"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (0 when all went well)."""
    first = argparse.ArgumentParser(
        prog="scoring",
        description=__doc__,
        epilog="\n".join(f"  {name:<10} {line}" for name, (_, _, line) in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    first.add_argument("command", choices=COMMANDS)
    first.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = first.parse_args(argv)

    module, declare, _ = COMMANDS[chosen.command]
    parser = argparse.ArgumentParser(prog="scoring")
    subparsers = parser.add_subparsers(required=True)
    getattr(import_module(module), declare)(subparsers)
    arguments = parser.parse_args([chosen.command, *chosen.arguments])
    status: int = arguments.run(arguments)
    return status
