"""Until when an expert has to answer, in working days of the département of their antenne. Pure."""

from datetime import date

from app.core.working_days import days_after

#: working days to answer a need, then to close it once it is taken in charge
TO_ANSWER, TO_CLOSE = 10, 30


def answer_by(sent_on: date, *, department: str) -> date:
    """Return the last day to answer what is sent on a day."""
    return days_after(sent_on, TO_ANSWER, department=department)


def close_by(taken_on: date, *, department: str) -> date:
    """Return the last day to close what is taken in charge on a day."""
    return days_after(taken_on, TO_CLOSE, department=department)
