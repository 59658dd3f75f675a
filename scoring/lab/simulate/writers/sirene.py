"""INSEE's files: `sireneUL.csv` and `StockEtablissement_utf8_geo.csv`, as of the extraction."""

from pathlib import Path

import numpy as np

from scoring.lab.simulate.firms.geography import COMMUNES
from scoring.lab.simulate.firms.population import SOLE_TRADER
from scoring.lab.simulate.firms.world import World
from scoring.lab.simulate.writers.text import iso_dates, write_rows


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
