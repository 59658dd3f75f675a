"""The demonstration: a simulated region, invented people, two years of follow-up, and everything started by one command.

- ``acting``: an invented act, done through the service a real agent would use.
- ``build``: steps that know whether they are already done, so that an interruption costs nothing.
- ``history``: two simulated years: at each list the detection runs, then invented people act until the next one, through the real services.
- ``mail``: A mail sink: every message the demonstration sends becomes a file, and goes nowhere else.
- ``people``: the people of the demonstration: obviously invented, one for each part of the product.
- ``proconnect``: A double of ProConnect that knows the invented people, and two more who are refused: one click signs in.
- ``rights``: what the screens of habilitations show: a request, an end that comes, one that passed, a sleeper, a review.
- ``serve``: everything the demonstration needs, started together and stopped together: web, worker, clock, mail sink, double of ProConnect.
- ``steps``: what the demonstration is made of, in order.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Plug the domain in: commands only, no page."""
    from app.demo import cli

    app.cli.add_command(cli.group)
