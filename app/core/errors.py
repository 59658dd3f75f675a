"""Domain errors: services and queries raise them, the web turns them into responses."""


class DomainError(Exception):
    """Something the user can fix; the message is French and says what to do. ``field`` names the form field at fault, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def told(error: Exception) -> str:
    """What is shown of an error that stopped a task: its sentence if it has one, else its kind.

    Never the message of a technical one: a database quotes the row that it refuses, with the figures of a firm, to people who read
    none. Where it happened is in the technical log.
    """
    if isinstance(error, DomainError):
        return error.message
    return f"Erreur technique ({type(error).__qualname__}) : le journal technique dit où."


class NotFoundError(Exception):
    """The object does not exist or is out of reach: the response is the same."""
