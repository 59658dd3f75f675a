"""INSEE's files: legal units and their history, establishments, as of the extraction."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.geography import COMMUNES
from scoring.lab.simulate.firms.population import SOLE_TRADER
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.randomness import stream
from scoring.lab.simulate.timeline import first_day
from scoring.lab.simulate.writers.text import iso_dates, write_rows

TAKEN_OVER = 0.3
"""Share of the firms that stopped whose activity goes on under another of the same branch and département."""


def write_legal_units(world: World, path: Path) -> int:
    """Write `sireneUL.csv`; a firm is `C` once it has stopped. Return the number of rows."""
    firms = world.firms
    alone = firms.legal_category == SOLE_TRADER
    stopped = world.procedures.stop_month < world.timeline.size
    return write_rows(
        path,
        {
            "siren": firms.siren,
            "denominationUniteLegale": np.where(alone, "", firms.name),
            "prenom1UniteLegale": np.where(alone, firms.first_name, ""),
            "prenom2UniteLegale": "",
            "prenom3UniteLegale": "",
            "prenom4UniteLegale": "",
            "nomUniteLegale": np.where(alone, firms.family_name, ""),
            "nomUsageUniteLegale": "",
            "categorieJuridiqueUniteLegale": firms.legal_category,
            "dateCreationUniteLegale": iso_dates(firms.created_on),
            "activitePrincipaleUniteLegale": firms.naf,
            "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
            "activitePrincipaleNAF25UniteLegale": "",
            "etatAdministratifUniteLegale": np.where(stopped, "C", "A"),
        },
        separator=",",
    )


def write_legal_unit_history(world: World, path: Path) -> int:
    """Write `StockUniteLegaleHistorique_utf8.csv`: active since its creation, `C` since it stopped; return the rows."""
    firms, timeline = world.firms, world.timeline
    stop = world.procedures.stop_month
    stopped = np.flatnonzero(stop < timeline.size)
    created = firms.created_on.astype("datetime64[D]")
    ceased = first_day(timeline.all_months[stop[stopped]])
    # A firm that stops in the month it was created was active for a day.
    ceased = np.maximum(ceased, created[stopped] + np.timedelta64(1, "D"))
    ended = np.full(len(firms), "", dtype="U10")
    ended[stopped] = iso_dates(ceased - np.timedelta64(1, "D"))
    firm = np.concatenate([np.arange(len(firms)), stopped])
    order = np.argsort(firm, kind="stable")
    firm = firm[order]
    return write_rows(
        path,
        {
            "siren": firms.siren[firm],
            "dateFin": np.concatenate([ended, np.full(len(stopped), "")])[order],
            "dateDebut": np.concatenate([iso_dates(created), iso_dates(ceased)])[order],
            "etatAdministratifUniteLegale": np.repeat(["A", "C"], [len(firms), len(stopped)])[
                order
            ],
            "changementEtatAdministratifUniteLegale": np.repeat(
                ["false", "true"], [len(firms), len(stopped)]
            )[order],
            "categorieJuridiqueUniteLegale": firms.legal_category[firm],
            "activitePrincipaleUniteLegale": firms.naf[firm],
            "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        },
        separator=",",
    )


def write_establishments(world: World, path: Path) -> int:
    """Write `StockEtablissement_utf8_geo.csv`; a closed establishment is `F`. Return the rows."""
    sites = world.establishments
    closed = world.activity.closed_month < world.timeline.size
    places = np.array([(c.postal_code, c.name, c.code) for c in COMMUNES])[sites.commune]
    return write_rows(
        path,
        {
            "siren": world.firms.siren[sites.firm],
            "nic": np.array([siret[9:] for siret in sites.siret.tolist()], dtype=str),
            "siret": sites.siret,
            "etablissementSiege": np.where(sites.is_head_office, "true", "false"),
            "dateCreationEtablissement": iso_dates(sites.created_on),
            "complementAdresseEtablissement": "",
            "numeroVoieEtablissement": sites.street_number,
            "indiceRepetitionEtablissement": "",
            "typeVoieEtablissement": sites.street_type,
            "libelleVoieEtablissement": sites.street,
            "codePostalEtablissement": places[:, 0],
            "libelleCommuneEtablissement": places[:, 1],
            "libelleCommuneEtrangerEtablissement": "",
            "distributionSpecialeEtablissement": "",
            "codeCommuneEtablissement": places[:, 2],
            "codeCedexEtablissement": "",
            "libelleCedexEtablissement": "",
            "codePaysEtrangerEtablissement": "",
            "libellePaysEtrangerEtablissement": "",
            "etatAdministratifEtablissement": np.where(closed, "F", "A"),
            "activitePrincipaleEtablissement": world.firms.naf[sites.firm],
            "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
            "longitude": sites.longitude,
            "latitude": sites.latitude,
        },
        separator=",",
    )


def write_successions(world: World, path: Path) -> int:
    """Write `StockEtablissementLiensSuccession_utf8.csv`; return the rows.

    An establishment that closed while its firm went on was taken over by the head office; the head office of a firm that stopped,
    sometimes, by that of another.
    """
    sites, timeline, firms = world.establishments, world.timeline, world.firms
    closed_month, head = world.activity.closed_month, sites.is_head_office
    is_closed = closed_month < timeline.size
    seat = np.full(len(firms), -1)
    seat[sites.firm[head]] = np.flatnonzero(head)
    moved = np.flatnonzero(is_closed & ~head & ~is_closed[seat[sites.firm]])
    left, taken = _takeovers(world, seat=seat)
    before = np.concatenate([moved, left])
    after = np.concatenate([seat[sites.firm[moved]], taken])
    order = np.argsort(before, kind="stable")
    before, after = before[order], after[order]
    days = iso_dates(first_day(timeline.all_months[closed_month[before]]))
    return write_rows(
        path,
        {
            "siretEtablissementPredecesseur": sites.siret[before],
            "siretEtablissementSuccesseur": sites.siret[after],
            "dateLienSuccession": days,
            "transfertSiege": "false",
            "continuiteEconomique": "true",
            "dateDernierTraitementLienSuccession": days,
        },
        separator=",",
    )


def _takeovers(
    world: World, *, seat: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the head offices of firms that stopped, and those that took them over: open, of the same branch and département."""
    rng = stream(world.seed, "successions")
    is_closed = world.activity.closed_month < world.timeline.size
    stopped = np.flatnonzero(is_closed[seat] & (rng.random(len(seat)) < TAKEN_OVER))
    branch, department = world.firms.branch, world.firms.department
    pairs = []
    for firm in stopped.tolist():
        alike = (branch == branch[firm]) & (department == department[firm]) & ~is_closed[seat]
        others = np.flatnonzero(alike)
        if len(others):
            pairs.append((seat[firm], seat[others[rng.integers(len(others))]]))
    both = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
    return both[:, 0], both[:, 1]
