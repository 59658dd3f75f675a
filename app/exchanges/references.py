"""The public identifier of an accompagnement: its number, and a digit that shows when it was mistyped or mangled by a spreadsheet."""

import re

from stdnum import luhn

SHAPE = re.compile(r"ACC-(\d{1,9})-(\d)", re.IGNORECASE)


def reference_of(case_id: int) -> str:
    """Return the identifier of an accompagnement: « ACC-1234-4 », the same for ever."""
    return f"ACC-{case_id}-{luhn.calc_check_digit(str(case_id))}"


def number_of(reference: str) -> int | None:
    """Return the number of the accompagnement that an identifier names, if it is one."""
    found = SHAPE.fullmatch(reference.strip())
    if found is None or luhn.calc_check_digit(found[1]) != found[2]:
        return None
    return int(found[1])
