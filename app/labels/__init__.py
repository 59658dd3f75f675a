"""What agents recorded, in the words of the model, with the moment Vigie learnt it: labels of the next training.

- ``export``: labels as the training reads them: one Parquet file, dates as days.
"""

from flask import Flask

from app.core.work import events


def init_app(_app: Flask) -> None:
    """Plug the domain in: acts of other domains become labels in their own transaction."""
    from app.labels import models, services  # noqa: F401 - declares the tables

    for kind in services.READERS:
        events.listen(kind, services.record)
