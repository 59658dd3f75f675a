"""The command line: one sub-command a step, imported only when it is run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

# Command → its module, its name there, one line of help.
COMMANDS = {
    "sources": ("scoring.data.cli", "sources", "read partner files into typed Parquet"),
    "views": ("scoring.data.views.cli", "views", "derive the monthly tables"),
    "describe": (
        "scoring.data.documentation",
        "describe",
        "document the columns of sources and views",
    ),
    "sentences": (
        "scoring.dictionary.documentation",
        "sentences",
        "write what agents read of each variable",
    ),
    "simulate": ("scoring.lab.simulate.cli", "simulate", "write a region of known truth"),
    "features": ("scoring.model_cli", "features", "build the features of a day"),
    "train": ("scoring.model_cli", "train", "train a model"),
    "score": ("scoring.model_cli", "score", "score the firms of a day"),
    "rows": ("scoring.data.cli", "rows", "show rows of a batch"),
    "returned": ("scoring.data.cli", "give_back_one", "give back rejected lines to be corrected"),
    "try-rules": ("scoring.listing.cli", "try_rules", "try expert rules on a list"),
    "benchmark": (
        "scoring.lab.benchmark.cli",
        "benchmark",
        "compare the engine with its peers on any panel",
    ),
}


class LazyGroup(click.Group):
    """A group that lists its commands by name and imports only the one to run."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return every name."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command:
        """Import and return a command; fail on an unknown name, listing the others."""
        if name not in COMMANDS:
            context.fail(f"No such command: {name}. There are: {', '.join(COMMANDS)}.")
        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands in the help, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, help=__doc__)
def scoring() -> None:
    """Group the commands; each one is declared in its module."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (0 on success). Exit with 2 on a usage error."""
    try:
        status: int = scoring.main(arguments, prog_name="scoring", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    return status
