"""What may be called the cause of an alert: a fact that raises the risk; where and what a firm is explains nothing to whoever acts."""

from typing import Any

from sqlalchemy import ColumnElement

from scoring.vocabulary import Theme


def is_cause(reason: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a reason (its columns) is a cause; the heaviest has the lowest position."""
    return (
        reason.variable.is_not(None),
        reason.contribution > 0,
        reason.theme != Theme.CONTEXT.value,
    )
