"""What is searched of firms, written by the database from `company` (docs/adr/0028), and the suggestions that agents read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siren


class CompanySearch(Base):
    """A firm as it is searched, in plain letters; its row of `company` says whether whoever asks may read it."""

    __tablename__ = "company_search"

    siren: Mapped[Siren] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(Text(collation="C"))
    town: Mapped[str] = mapped_column(Text(collation="C"))
    #: département of the head office
    department: Mapped[str | None]
    #: words of the name, of the town after ``@``, the town after ``=``, the départements after ``#``
    terms: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (
        Index("ix_company_search_name", "name", "siren"),
        Index("ix_company_search_department_name", "department", "name", "siren"),
        Index("ix_company_search_town", "town", "department", "name", "siren"),
        Index(
            "ix_company_search_terms",
            "terms",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": "1024"},
        ),
    )


class SearchWord(Base):
    """A word that names or towns hold, or held."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)

    __table_args__ = (
        Index(
            "ix_search_word_trgm",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )


class RecentSearch(Base):
    """What an agent searched lately, for them alone, until they erase it or `queries.KEPT` has passed."""

    __tablename__ = "recent_search"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    query: Mapped[str] = mapped_column(Text(), primary_key=True)
    searched_at: Mapped[datetime]

    __table_args__ = (Index("ix_recent_search_searched_at", "searched_at"),)


class SearchTyping(Base):
    """The lists of suggestions that an agent has read since the last line of the journal about them."""

    __tablename__ = "search_typing"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    lists: Mapped[int]
    told_at: Mapped[datetime]
