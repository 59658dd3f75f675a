"""The words of what agents wrote, written by the database from `comment` and `visit_note` (docs/adr/0034)."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base


class TextSearch(Base):
    """The words of a text and who reads it. The application may not read it: the function `vigie_texts` does, for whoever asks."""

    __tablename__ = "text_search"

    #: ``comment`` or ``visit``
    kind: Mapped[str] = mapped_column(Text(), primary_key=True)
    text_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    written_at: Mapped[datetime]
    terms: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (Index("ix_text_search_terms", "terms", postgresql_using="gin"),)
