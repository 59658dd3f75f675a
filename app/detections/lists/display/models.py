"""What each agent chose that the list shows."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.detections.lists.display.columns import Density


class ListDisplay(Base):
    """The columns and the density that an agent chose; without a row, they chose nothing."""

    __tablename__ = "list_display"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: codes of `ListColumn`; one that is no longer known is passed over
    columns: Mapped[list[str]]
    density: Mapped[Density] = enum_column(Density)

    __table_args__ = (code_check("density", Density),)
