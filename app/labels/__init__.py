"""Training labels: what agents recorded, in the model's terms, with the time Vigie learnt it.

- ``export``: labels as training reads them: one Parquet file, dates without times.
"""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Declare the tables; the domains whose actions produce labels call the services."""
    from app.labels import models  # noqa: F401 - declares the tables
