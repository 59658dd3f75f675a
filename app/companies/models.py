"""Legal units, establishments, their monthly series, payment plans and collective procedures, as last published by imports."""

from datetime import date

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.core.database.tables import Base, Siren, Siret, code_check, enum_column
from app.core.text.labelled import LabelledEnum
from app.core.text.proper_names import ProperName

#: the place where every firm is, beside its départements
FRANCE = "FR"


class ProcedureStatus(LabelledEnum):
    """The state of a firm before the court, at the date of the last published file."""

    IN_BONIS = "in_bonis", "In bonis"
    SAUVEGARDE = "sauvegarde", "Sauvegarde"
    PLAN_SAUVEGARDE = "plan_sauvegarde", "Plan de sauvegarde"
    REDRESSEMENT = "redressement", "Redressement judiciaire"
    PLAN_REDRESSEMENT = "plan_redressement", "Plan de redressement"
    LIQUIDATION = "liquidation", "Liquidation judiciaire"


class CompanyAlert(Base):
    """The first day a firm was in alert: it opens the firm's confidential data, and is itself read with the score alone."""

    __tablename__ = "company_alert"

    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    first_on: Mapped[date]


class Company(Base):
    """A legal unit (unité légale). Public data: every habilitated agent reads it, everywhere."""

    __tablename__ = "company"

    siren: Mapped[Siren] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ProperName)
    #: unaccented, upper case: sorting does not depend on the server's collation
    name_sort: Mapped[str]
    legal_category: Mapped[str | None]
    naf: Mapped[str | None]
    created_on: Mapped[date | None]
    is_active: Mapped[bool]
    #: département of the head office
    department: Mapped[str | None]
    #: départements of every active establishment: the firm is in the zone of anybody who covers one of them
    departments: Mapped[list[str]] = mapped_column(server_default="{}")
    commune: Mapped[str | None] = mapped_column(ProperName)
    workforce: Mapped[float | None]
    workforce_month: Mapped[date | None]
    procedure_status: Mapped[ProcedureStatus] = enum_column(ProcedureStatus)
    procedure_since: Mapped[date | None]
    in_perimeter: Mapped[bool]
    #: the natures of its confidential data that whoever asks may read, as the database decides: ``docs/adr/0022-what-opens-a-firm.md``
    readable: Mapped[list[str]] = column_property(
        func.vigie_readable(siren, type_=PG_ARRAY(Text)), deferred=True
    )
    #: the first day it was in alert, to whoever reads its score; nothing to others
    first_alert_on: Mapped[date | None] = column_property(
        select(CompanyAlert.first_on).where(CompanyAlert.siren == siren).scalar_subquery(),
        deferred=True,
    )

    establishments: Mapped[list["Establishment"]] = relationship(
        back_populates="company", lazy="raise_on_sql"
    )

    __table_args__ = (
        code_check("procedure_status", ProcedureStatus),
        Index("ix_company_department", "department"),
        Index("ix_company_departments", "departments", postgresql_using="gin"),
    )


class Establishment(Base):
    """An establishment (établissement) of a legal unit."""

    __tablename__ = "establishment"

    siret: Mapped[Siret] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    is_head_office: Mapped[bool]
    address: Mapped[str] = mapped_column(ProperName)
    postal_code: Mapped[str | None]
    commune: Mapped[str | None] = mapped_column(ProperName)
    commune_code: Mapped[str | None]
    department: Mapped[str | None]
    naf: Mapped[str | None]
    created_on: Mapped[date | None]
    is_active: Mapped[bool]
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]

    company: Mapped[Company] = relationship(back_populates="establishments", lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "ix_establishment_of_firm",
            "siren",
            text("(not is_head_office)"),
            text("(not is_active)"),
            "siret",
        ),
    )


class CompanySeries(Base):
    """One series of one establishment: its values over the last 36 months, `None` where the source has none."""

    __tablename__ = "company_series"

    siret: Mapped[Siret] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[Siren]
    department: Mapped[str | None]
    #: the nature a reader needs; `None` is public
    nature: Mapped[str | None]
    first_month: Mapped[date]
    values: Mapped[list[float | None]] = mapped_column(PG_ARRAY(Double()))

    __table_args__ = (
        Index("ix_company_series_siren", "siren"),
        CheckConstraint("extract(day from first_month) = 1", name="first_of_month"),
    )


class CompanyTotals(Base):
    """The series of a firm of many establishments, added up month by month when they are published; read as they are.

    A month is the sum of its known values, `None` when there is none. Firms of few establishments have no row.
    """

    __tablename__ = "company_totals"

    siren: Mapped[Siren] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    #: the nature a reader needs; `None` is public
    nature: Mapped[str | None]
    first_month: Mapped[date]
    values: Mapped[list[float | None]] = mapped_column(PG_ARRAY(Double()))


class CompanyFigures(Base):
    """What lists show and sort of a firm, stored when its sources are published: one row a nature and place.

    A row holds the figures of its nature alone, and is read as they are; that of nature `score` holds what everybody knows of a
    firm that was once in alert, to order lists: being there tells that it was. Figures of establishments are added up, each at its
    last known month; a change is the share by which they moved in the twelve known months before.
    """

    __tablename__ = "company_figures"

    #: a département of the firm, or `FRANCE`
    place: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(primary_key=True)
    #: the nature a reader needs
    nature: Mapped[str] = mapped_column(primary_key=True)
    departments: Mapped[list[str]]
    name_sort: Mapped[str | None]
    town: Mapped[str | None]
    naf: Mapped[str | None]
    workforce: Mapped[float | None]
    workforce_change: Mapped[float | None]
    procedure_status: Mapped[ProcedureStatus | None] = enum_column(ProcedureStatus)
    debt: Mapped[float | None]
    debt_change: Mapped[float | None]
    #: contributions called for the last month (€)
    contributions: Mapped[float | None]
    #: the end of the last délai de paiement that Urssaf granted
    delay_until: Mapped[date | None]
    #: activité partielle used in the last month (ETP)
    short_time: Mapped[float | None]
    #: whether the firm is open for good to whoever holds the nature where it works: an alert, or two people who flagged it
    is_open: Mapped[bool | None]
    created_on: Mapped[date | None]
    legal_category: Mapped[str | None]
    #: the `Territory` of its head office
    territory: Mapped[str | None]
    #: the last accounts of its nature: public ones with the score, those filed as confidential under theirs (€)
    revenue: Mapped[float | None]
    ebit: Mapped[float | None]
    closed_on: Mapped[date | None]


class PaymentPlan(Base):
    """A délai de paiement Urssaf. Confidential: nature `urssaf`."""

    __tablename__ = "payment_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[Siret]
    siren: Mapped[Siren]
    department: Mapped[str | None]
    created_on: Mapped[date]
    due_on: Mapped[date]
    amount: Mapped[float]
    stage: Mapped[str]
    action: Mapped[str]

    __table_args__ = (
        Index("ix_payment_plan_siren_created_on", "siren", "created_on", "id"),
        Index("ix_payment_plan_siret_created_on", "siret", "created_on", "id"),
    )

    @property
    def is_approved(self) -> bool:
        """Whether the plan was granted: a refused plan is not a plan."""
        return self.stage == "APPROB"


class ProcedureEvent(Base):
    """A court event, as worded by the BODACC, or by Urssaf where it alone tells of it. Public."""

    __tablename__ = "procedure_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren]
    effective_on: Mapped[date]
    kind: Mapped[str | None]
    stage: Mapped[str]
    label: Mapped[str]

    __table_args__ = (
        Index("ix_procedure_event_siren_effective_on", "siren", "effective_on", "id"),
    )


class AnnualAccounts(Base):
    """The accounts of a firm at a closing: amounts in euros, ratios in percent, delays in days; `None` where not filed."""

    __tablename__ = "annual_accounts"

    siren: Mapped[Siren] = mapped_column(primary_key=True)
    closed_on: Mapped[date] = mapped_column(primary_key=True)
    filed_on: Mapped[date | None]
    #: the nature a reader needs: those declared confidential when filed; `None` is public
    nature: Mapped[str | None]
    revenue: Mapped[float | None]
    ebitda: Mapped[float | None]
    #: operating result (résultat d'exploitation)
    ebit: Mapped[float | None]
    net_income: Mapped[float | None]
    ebitda_margin: Mapped[float | None]
    #: equity over the balance sheet
    financial_autonomy: Mapped[float | None]
    debt_ratio: Mapped[float | None]
    liquidity_ratio: Mapped[float | None]
    customer_days: Mapped[float | None]
    supplier_days: Mapped[float | None]


class Territory(Base):
    """A Territoire d'industrie."""

    __tablename__ = "territory"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: those of its communes
    departments: Mapped[list[str]]


class TerritoryCommune(Base):
    """A commune of a Territoire d'industrie."""

    __tablename__ = "territory_commune"

    commune_code: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(primary_key=True)


class SourceFreshness(Base):
    """The last month covered by a source's published files."""

    __tablename__ = "source_freshness"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str]
    month: Mapped[date | None]
    batch_id: Mapped[str]
    #: the unit of a monthly series declared by a partner; `None` for any other source
    unit: Mapped[str | None] = mapped_column(String(20))
