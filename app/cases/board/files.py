"""The files that may be made of the accompagnements that filters keep, or of those chosen."""

from dataclasses import dataclass

from app.core.slots import Slot


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A file: its format, and the route that makes it, which takes the filters of the list or the number of an act."""

    format: str
    endpoint: str


#: those that the domains above register
case_files: Slot[CaseFile] = Slot("files of accompagnements")
#: the routes where such a file comes back
case_returns: Slot[str] = Slot("where files of accompagnements come back")
