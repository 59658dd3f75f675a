"""What agents recorded, in the words of the model, with the moment Vigie learnt it: labels of the next training.

- ``export``: labels as the training reads them: one Parquet file, dates as days.
"""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Declare the tables; the domains whose acts teach something call the services."""
    from app.labels import models  # noqa: F401 - declares the tables
