"""Domain errors: services and queries raise them, the web turns them into responses."""


class DomainError(Exception):
    """Something the user can fix; the message is French and says what to do. ``field`` names the form field at fault, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFoundError(Exception):
    """The object does not exist or is out of reach: the response is the same."""
