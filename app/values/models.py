"""Lists of values: their words change, their codes do not, and nothing is deleted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.habilitations.models import Network


class ValueList(LabelledEnum):
    """What a list is of."""

    SECTOR = "filiere", "Filières"
    DIFFICULTY = "difficulte", "Difficultés"
    ACTION = "action", "Actions réalisées"
    BODY = "instance", "Instances concernées"
    REDIRECTION = "reorientation", "Réorientations hors CODEFI"
    TAG = "etiquette", "Étiquettes"
    SCHEME = "dispositif", "Dispositifs mobilisés"
    OUTLINE = "trame", "Trames de compte rendu"

    @property
    def is_per_network(self) -> bool:
        """Whether each value belongs to a network, whose members alone choose and read it."""
        return self is ValueList.TAG

    @property
    def is_of_texts(self) -> bool:
        """Whether the definition of each value is what a text begins with, rather than help."""
        return self is ValueList.OUTLINE


class ListValue(Base):
    """A value of a list. Archived, it is offered no more and stays where it was chosen."""

    __tablename__ = "list_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_code: Mapped[ValueList] = enum_column(ValueList)
    code: Mapped[str]
    label: Mapped[str]
    #: shown as help wherever the value is chosen or shown
    definition: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int]
    #: whose tag it is; none for the other lists, that everybody shares
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    archived_at: Mapped[datetime | None]

    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("list_code", ValueList),
        CheckConstraint(
            "(list_code = 'etiquette') = (network_id is not null)", name="tag_of_a_network"
        ),
        UniqueConstraint("list_code", "code"),
        Index(
            "uq_list_value_label",
            "list_code",
            text("coalesce(network_id, 0)"),
            text("lower(label)"),
            unique=True,
        ),
    )

    @property
    def full_label(self) -> str:
        """The label, and the word « archivée » where it is."""
        return f"{self.label} (archivée)" if self.archived_at else self.label
