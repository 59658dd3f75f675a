"""A report asked for, how far its making is, and its files, which nobody rewrites."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.evidence.publications.periods import ReportPeriod


class ReportStep(LabelledEnum):
    """The steps of a report, in order."""

    COUNT = "count", "Chiffres comptés et arrêtés"
    MASK = "mask", "Secret statistique et audit"
    WRITE = "write", "Fichiers écrits"


class ReportState(LabelledEnum):
    """How far a report is."""

    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échec"


class ReportFormat(LabelledEnum):
    """The files of a report; the open data are read by everybody once its figures are published."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Texte (DOCX)"
    XLSX = "xlsx", "Classeur (XLSX)"
    CSV = "csv", "Données ouvertes (CSV)"
    DICTIONARY = "dictionnaire", "Dictionnaire des données (CSV)"

    @property
    def is_open(self) -> bool:
        """Whether everybody may have it once the figures are published."""
        return self in (ReportFormat.CSV, ReportFormat.DICTIONARY)


class ConventionReport(Base):
    """The report of a period, for the country or for a region: one, ever."""

    __tablename__ = "convention_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    #: absent for the whole country
    region: Mapped[str | None]
    #: those of the region; none for the whole country, whose report only administrators ask for
    departments: Mapped[list[str]]
    state: Mapped[ReportState] = enum_column(ReportState)
    step: Mapped[ReportStep] = enum_column(ReportStep)
    #: of the current step
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")
    files: Mapped[list["ReportFile"]] = relationship(lazy="raise_on_sql", order_by="ReportFile.id")

    __table_args__ = (
        code_check("state", ReportState),
        code_check("step", ReportStep),
        CheckConstraint(
            "(region is null) = (cardinality(departments) = 0)", name="region_or_country"
        ),
        CheckConstraint("done between 0 and total", name="done_of_total"),
        Index(
            "uq_convention_report_period_region",
            "period",
            text("coalesce(region, '')"),
            unique=True,
        ),
    )

    @property
    def is_over(self) -> bool:
        """Whether it will make no further progress on its own."""
        return self.state in (ReportState.DONE, ReportState.FAILED)

    @property
    def is_of_country(self) -> bool:
        """Whether it is about the whole country."""
        return self.region is None

    @property
    def of(self) -> ReportPeriod:
        """Its period."""
        return ReportPeriod.parse(self.period)


class ReportFile(Base):
    """A file of a report, as it was written once."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("convention_report.id"))
    format: Mapped[ReportFormat] = enum_column(ReportFormat)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        code_check("format", ReportFormat),
        CheckConstraint("size = octet_length(content)", name="size_counted"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digested"),
        Index("uq_report_file_report_id_format", "report_id", "format", unique=True),
    )
