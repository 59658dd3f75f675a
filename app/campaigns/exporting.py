"""The spreadsheet of a campaign: each firm, who contacted it, what came of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.campaigns import queries
from app.campaigns.models import CampaignFirm, ContactCampaign
from app.core.access.identity import Identity
from app.core.now import day_of, utcnow
from app.core.text.exports.extracts import Counted, extracted
from app.core.text.exports.spreadsheets import CellKind, Column, write_workbook
from app.core.text.french import date_fr, datetime_fr
from app.detections.lists.exporting import Spreadsheet

COLUMNS = (
    Column("N° dans la campagne", CellKind.NUMBER),
    Column("Siren"),
    Column("Raison sociale", width=40),
    Column("Départements"),
    Column("Étape"),
    Column("Résultat", width=30),
    Column("Agent", width=30),
    Column("Administration"),
    Column("Pris le", CellKind.DATE),
    Column("Terminé le", CellKind.DATE),
    Column("Reporté au", CellKind.DATE),
    Column("Accompagnement"),
)


def spreadsheet(session: Session, identity: Identity, campaign: ContactCampaign) -> Spreadsheet:
    """Return the firms of a campaign within reach, by name. Whoever sends the file closes it."""
    rows = Counted(_cells(session, identity, campaign))
    filters = [
        ("Campagne", campaign.label),
        ("Réseau", campaign.network.label),
        ("Du", date_fr(campaign.created_at)),
        ("Au", date_fr(campaign.ends_on)),
    ]
    made = extracted(
        lambda file: write_workbook(
            file,
            title="Campagne de contacts",
            columns=COLUMNS,
            rows=rows,
            filters=filters,
            watermark=(
                f"Document confidentiel, extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}. "
                "Ne pas diffuser hors des agents habilités."
            ),
        )
    )
    trace: dict[str, Any] = {
        "contact_campaign": campaign.id,
        "natures": [campaign.nature.value] if campaign.nature else [],
        "count": rows.count,
        "sha256": made.sha256,
    }
    return Spreadsheet(content=made.file, name=f"campagne-{campaign.id}.xlsx", trace=trace)


def _cells(
    session: Session, identity: Identity, campaign: ContactCampaign
) -> Iterator[list[object]]:
    for firm, is_supported in queries.batches(session, identity, campaign):
        yield [
            firm.id,
            firm.siren,
            firm.company.name,
            ", ".join(firm.departments),
            firm.stage.label,
            *_contact(firm),
            firm.back_on,
            "En cours" if is_supported else "",
        ]


def _contact(firm: CampaignFirm) -> list[object]:
    contact = firm.contact
    if contact is None:
        return [""] * 3 + [None] * 2
    return [
        contact.ending.label if contact.ending else "",
        contact.agent.full_name,
        contact.agent.administration.label,
        day_of(contact.taken_at),
        day_of(contact.ended_at) if contact.ended_at else None,
    ]
