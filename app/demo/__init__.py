"""The demonstration: a simulated region, fictitious people, two years of follow-up, all started by one command.

- ``acting``: a simulated action, performed through the service a real agent would use.
- ``build``: steps that know whether they are already done, so that an interruption loses nothing.
- ``history``: two simulated years: the detection runs for each list, then fictitious people act until the next, through the real services.
- ``people``: the people of the demonstration: obviously fictitious, one for each role in the product.
- ``proconnect``: a double of ProConnect with the fictitious people, and two more who are refused: one click signs in.
- ``rights``: what two years of follow-up do not fill: a request, rights about to end or ended, a dormant account, a review, a view.
- ``serve``: the processes of the demonstration, started and stopped together: web, worker, scheduler, mail sink, double of ProConnect.
- ``steps``: the steps that build the demonstration, in order.
"""

from pathlib import Path
from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the domain: commands, and in a demonstration the page of the e-mails that it sends."""
    from app.demo import cli
    from app.demo.mailbox.routes import show_letters
    from app.evidence.studies.services import truths

    truths.fill(_truth)
    app.cli.add_command(cli.group)
    show_letters(app)


def _truth(home: Path, question: Any, measured: Any) -> float | None:
    """What the region knows of the effect that a study measured; loaded by the worker alone."""
    from app.demo.measuring.known import effect

    return effect(home, question, measured)
