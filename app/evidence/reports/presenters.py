"""A report on its page: its steps, its files, what may be asked for."""

from collections.abc import Sequence

from app.core.access.identity import Identity, Role
from app.core.now import today
from app.evidence.publications.kinds import Axis, label_of
from app.evidence.publications.periods import offered
from app.evidence.reports.forms import COUNTRY
from app.evidence.reports.models import ConventionReport, ReportFormat, ReportState, ReportStep
from app.habilitations.reference.geography import REGIONS
from app.trainings.presenters import ProgressStep


def title_of(report: ConventionReport) -> str:
    """What a report is about: « année 2025, Bretagne »."""
    return f"{report.of.label}, {place_of(report)}"


def place_of(report: ConventionReport) -> str:
    """The region of a report, or the country."""
    return label_of(Axis.REGION, report.region) if report.region else "France"


def progress_of(report: ConventionReport) -> list[ProgressStep]:
    """Return the steps of a report: those before the current one are done; how much of the current one, or why it stopped."""
    order = list(ReportStep)
    at = len(order) if report.state is ReportState.DONE else order.index(report.step)
    states = ["done"] * at + [report.state.value] + ["waiting"] * len(order)
    detail = report.error or (f"{report.done} sur {report.total}" if report.total else None)
    return [
        ProgressStep(label=step.label, state=state, detail=detail if position == at else None)
        for position, (step, state) in enumerate(zip(order, states, strict=False))
    ]


def periods_offered() -> Sequence[tuple[str, str]]:
    """The periods of the form; those that are not over too, so that the form says when they will be."""
    return [(period.code, period.label.capitalize()) for period in offered(today())]


def latest_period() -> str:
    """The latest period whose figures may be frozen: what the form begins with."""
    return next(period.code for period in offered(today()) if period.is_ripe(today()))


def places_offered(identity: Identity) -> Sequence[tuple[str, str]]:
    """The places of the form: the régions of the zone; to administrators, the country and all of them."""
    is_admin = identity.has_role(Role.ADMINISTRATEUR)
    regions = [
        (code, label)
        for code, (label, departments) in REGIONS.items()
        if is_admin or identity.covers(departments)
    ]
    return [*([(COUNTRY, "France")] if is_admin else []), *regions]


def file_name(report: ConventionReport, kind: ReportFormat) -> str:
    """The name of a file once it is downloaded."""
    extension = "csv" if kind.is_open else kind.value
    what = "dictionnaire" if kind is ReportFormat.DICTIONARY else "bilan"
    return f"vigie-{what}-{report.period}-{report.region or COUNTRY}.{extension}"
