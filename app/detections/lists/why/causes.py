"""What may be called the cause of an alert: a fact that raises the risk; where and what a firm is explains nothing to whoever acts."""

from typing import Any

from sqlalchemy import ColumnElement

from scoring.vocabulary import Theme

#: horizon of the risk that themes and sentences explain, in months
EXPLAINED = 24
#: the themes of what may be called a cause
CAUSES = tuple(theme for theme in Theme if theme is not Theme.CONTEXT)


def is_cause(reason: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a reason (its columns) is a cause; the heaviest has the lowest position."""
    return (
        reason.variable.is_not(None),
        reason.contribution > 0,
        reason.theme != Theme.CONTEXT.value,
    )


def is_theme_of_cause(reason: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a reason is a theme that raises the risk, and may be called one of its causes."""
    return (
        reason.variable.is_(None),
        reason.contribution > 0,
        reason.theme.in_([theme.value for theme in CAUSES]),
    )
