"""How gunicorn's own lines are written: in production, JSON like ours, and never the address of a request."""

import os
from typing import Any

from gunicorn.glogging import Logger

from app.core.logging import of_libraries


class ProcessLogger(Logger):  # type: ignore[misc]
    """gunicorn's log, formatted as the lines of any other library."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up as gunicorn does, then say how they write."""
        super().setup(cfg)
        # The settings are read by each worker, later: here, only this name is looked at.
        if os.environ.get("VIGIE_ENV", "").strip().lower() == "production":
            for handler in self.error_log.handlers:
                handler.setFormatter(of_libraries(production=True))
