"""A drift report as its page shows it."""

from dataclasses import dataclass

from app.core.text.french import number_fr, percent_fr
from app.detections.drift.models import DriftReport
from scoring.vocabulary import DriftVerdict

#: what is measured for a variable
MEASURES = {
    "psi": "Déplacement (PSI)",
    "missing": "Écart de données absentes",
    "unseen": "Catégorie jamais apprise",
    "citl": "Prédit sur observé",
    "level": "Prédit sur observé en trois mois",
}


#: the measures that are a share of the firms
SHARES = ("missing", "unseen")


@dataclass(frozen=True, kw_only=True)
class DriftLine:
    """A finding of drift as the page shows it."""

    label: str
    measure: str
    value: str
    verdict: DriftVerdict


def drift_lines(report: DriftReport) -> list[DriftLine]:
    """Return the findings of a report, worst level first, then largest."""
    order = list(DriftVerdict)
    findings = sorted(
        report.findings,
        key=lambda line: (-order.index(DriftVerdict(line["verdict"])), -line["value"]),
    )
    return [
        DriftLine(
            label=line["label"],
            measure=MEASURES[line["measure"]],
            value=percent_fr(line["value"], 1)
            if line["measure"] in SHARES
            else number_fr(line["value"], 3),
            verdict=DriftVerdict(line["verdict"]),
        )
        for line in findings
    ]
