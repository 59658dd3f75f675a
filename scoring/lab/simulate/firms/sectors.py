"""The branches of the simulated economy: weights, risk, wages, seasons, and words for firm names.

Shares follow the region's mix (industry heavier than in France); relative risks follow the
failures by sector of the Banque de France (Webstat, DIREN) over the legal units of INSEE:
construction and hospitality first, health last.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Branch(IntEnum):
    """Groups of activities that share one macro path."""

    AGRICULTURE = 0
    INDUSTRY = 1
    CONSTRUCTION = 2
    TRADE = 3
    HOSPITALITY = 4
    TRANSPORT = 5
    SERVICES = 6
    HEALTH = 7


@dataclass(frozen=True)
class Activity:
    """An activity: NAF Rev2 code, branch, share of the firms (relative), words that start firm names."""

    naf: str
    branch: Branch
    share: float
    heads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BranchTraits:
    """What firms of a branch have in common.

    `log_risk` is added to the log hazard; `monthly_wage` is gross euros per employee;
    `short_time` is the log propensity to request activité partielle; `turnover` is euros a year per
    employee, `interim` and `hiring` are temporary workers and hirings per employee and month;
    `season` multiplies the workforce from January to December.
    """

    log_risk: float
    monthly_wage: float
    short_time: float
    covid_short_time: float
    turnover: float
    interim: float
    hiring: float
    season: tuple[float, ...]


FLAT = (1.0,) * 12
HARVEST = (0.92, 0.93, 0.97, 1.0, 1.02, 1.03, 1.02, 1.08, 1.35, 1.05, 0.95, 0.92)
SITES = (0.95, 0.96, 0.99, 1.01, 1.02, 1.03, 1.02, 1.0, 1.02, 1.02, 1.0, 0.97)
SHOPS = (0.98, 0.98, 0.99, 1.0, 1.0, 1.01, 1.02, 1.01, 1.0, 1.0, 1.02, 1.07)
TABLES = (0.95, 0.97, 0.96, 0.98, 1.02, 1.06, 1.13, 1.13, 1.02, 0.97, 0.93, 0.98)

TRAITS = {
    Branch.AGRICULTURE: BranchTraits(
        log_risk=-0.35,
        monthly_wage=2050,
        short_time=-1.2,
        covid_short_time=0.05,
        turnover=110_000,
        interim=0.02,
        hiring=0.09,
        season=HARVEST,
    ),
    Branch.INDUSTRY: BranchTraits(
        log_risk=0.0,
        monthly_wage=2800,
        short_time=0.7,
        covid_short_time=0.50,
        turnover=190_000,
        interim=0.08,
        hiring=0.018,
        season=FLAT,
    ),
    Branch.CONSTRUCTION: BranchTraits(
        log_risk=0.50,
        monthly_wage=2400,
        short_time=0.2,
        covid_short_time=0.60,
        turnover=160_000,
        interim=0.07,
        hiring=0.025,
        season=SITES,
    ),
    Branch.TRADE: BranchTraits(
        log_risk=0.05,
        monthly_wage=2250,
        short_time=-0.6,
        covid_short_time=0.45,
        turnover=330_000,
        interim=0.02,
        hiring=0.03,
        season=SHOPS,
    ),
    Branch.HOSPITALITY: BranchTraits(
        log_risk=0.65,
        monthly_wage=1950,
        short_time=-0.3,
        covid_short_time=0.85,
        turnover=85_000,
        interim=0.005,
        hiring=0.085,
        season=TABLES,
    ),
    Branch.TRANSPORT: BranchTraits(
        log_risk=0.20,
        monthly_wage=2350,
        short_time=0.0,
        covid_short_time=0.50,
        turnover=130_000,
        interim=0.06,
        hiring=0.03,
        season=FLAT,
    ),
    Branch.SERVICES: BranchTraits(
        log_risk=-0.10,
        monthly_wage=2700,
        short_time=-0.5,
        covid_short_time=0.40,
        turnover=110_000,
        interim=0.02,
        hiring=0.035,
        season=FLAT,
    ),
    Branch.HEALTH: BranchTraits(
        log_risk=-0.90,
        monthly_wage=2150,
        short_time=-1.8,
        covid_short_time=0.15,
        turnover=55_000,
        interim=0.01,
        hiring=0.04,
        season=FLAT,
    ),
}

ACTIVITIES = (
    Activity("01.21Z", Branch.AGRICULTURE, 1.5, ("DOMAINE", "VIGNOBLES", "CLOS")),
    Activity("02.20Z", Branch.AGRICULTURE, 0.8, ("EXPLOITATION FORESTIERE", "BOIS")),
    Activity("10.13A", Branch.INDUSTRY, 1.2, ("SALAISONS", "CHARCUTERIE")),
    Activity("10.51C", Branch.INDUSTRY, 1.3, ("FROMAGERIE", "LAITERIE", "FRUITIERE")),
    Activity("10.71A", Branch.INDUSTRY, 0.8, ("BOULANGERIE INDUSTRIELLE", "FOURNIL")),
    Activity("16.10A", Branch.INDUSTRY, 1.2, ("SCIERIE", "SCIAGES")),
    Activity("16.23Z", Branch.INDUSTRY, 1.0, ("CHARPENTES", "MENUISERIES INDUSTRIELLES")),
    Activity("22.22Z", Branch.INDUSTRY, 0.8, ("EMBALLAGES", "PLASTIQUES")),
    Activity("22.29A", Branch.INDUSTRY, 1.4, ("PLASTURGIE", "INJECTION")),
    Activity("24.51Z", Branch.INDUSTRY, 0.6, ("FONDERIE", "FONDERIES")),
    Activity("25.11Z", Branch.INDUSTRY, 1.3, ("CONSTRUCTIONS METALLIQUES", "CHAUDRONNERIE")),
    Activity("25.50B", Branch.INDUSTRY, 1.4, ("DECOUPAGE", "EMBOUTISSAGE")),
    Activity("25.62A", Branch.INDUSTRY, 1.5, ("DECOLLETAGE", "MICRODECOUPE")),
    Activity("25.62B", Branch.INDUSTRY, 2.2, ("MECANIQUE", "USINAGE", "ATELIERS")),
    Activity("26.52Z", Branch.INDUSTRY, 1.0, ("HORLOGERIE", "MANUFACTURE")),
    Activity("28.99B", Branch.INDUSTRY, 0.8, ("MACHINES", "EQUIPEMENTS")),
    Activity("29.32Z", Branch.INDUSTRY, 1.2, ("EQUIPEMENTIERS", "COMPOSANTS")),
    Activity("31.09B", Branch.INDUSTRY, 0.8, ("MEUBLES", "EBENISTERIE")),
    Activity("32.12Z", Branch.INDUSTRY, 0.5, ("JOAILLERIE", "BIJOUX")),
    Activity("33.12Z", Branch.INDUSTRY, 1.0, ("MAINTENANCE", "REPARATION")),
    Activity("41.20A", Branch.CONSTRUCTION, 1.8, ("MAISONS", "CONSTRUCTION")),
    Activity("42.11Z", Branch.CONSTRUCTION, 1.0, ("TRAVAUX PUBLICS", "TERRASSEMENT")),
    Activity("43.21A", Branch.CONSTRUCTION, 2.4, ("ELECTRICITE", "INSTALLATIONS")),
    Activity("43.22A", Branch.CONSTRUCTION, 2.4, ("PLOMBERIE CHAUFFAGE", "SANITAIRE")),
    Activity("43.32A", Branch.CONSTRUCTION, 2.0, ("MENUISERIE", "FERMETURES")),
    Activity("43.34Z", Branch.CONSTRUCTION, 1.6, ("PEINTURE", "REVETEMENTS")),
    Activity("43.91B", Branch.CONSTRUCTION, 1.8, ("COUVERTURE ZINGUERIE", "TOITURES")),
    Activity("43.99C", Branch.CONSTRUCTION, 2.6, ("MACONNERIE", "BATIMENT")),
    Activity("45.11Z", Branch.TRADE, 2.6, ("GARAGE", "AUTOMOBILES")),
    Activity("46.39B", Branch.TRADE, 1.4, ("DISTRIBUTION", "NEGOCE")),
    Activity("46.69B", Branch.TRADE, 1.8, ("FOURNITURES INDUSTRIELLES", "COMPTOIR")),
    Activity("46.73A", Branch.TRADE, 1.8, ("MATERIAUX", "BOIS ET MATERIAUX")),
    Activity("47.11F", Branch.TRADE, 2.2, ("HYPERMARCHE", "HALLES")),
    Activity("47.52B", Branch.TRADE, 1.6, ("BRICOLAGE", "JARDINERIE")),
    Activity("47.59A", Branch.TRADE, 1.2, ("AMEUBLEMENT", "GALERIE")),
    Activity("47.71Z", Branch.TRADE, 1.4, ("BOUTIQUES", "VETEMENTS")),
    Activity("49.41A", Branch.TRANSPORT, 3.0, ("TRANSPORTS", "FRET")),
    Activity("49.39A", Branch.TRANSPORT, 0.8, ("AUTOCARS", "VOYAGES")),
    Activity("52.10B", Branch.TRANSPORT, 1.2, ("LOGISTIQUE", "ENTREPOTS")),
    Activity("55.10Z", Branch.HOSPITALITY, 2.6, ("HOTEL", "AUBERGE", "HOSTELLERIE")),
    Activity("56.10A", Branch.HOSPITALITY, 4.6, ("RESTAURANT", "BRASSERIE", "TABLE")),
    Activity("56.29B", Branch.HOSPITALITY, 0.6, ("TRAITEUR", "RESTAURATION COLLECTIVE")),
    Activity("62.01Z", Branch.SERVICES, 1.6, ("LOGICIELS", "NUMERIQUE")),
    Activity("69.20Z", Branch.SERVICES, 1.6, ("CABINET", "EXPERTISE")),
    Activity("71.12B", Branch.SERVICES, 2.2, ("INGENIERIE", "BUREAU D ETUDES")),
    Activity("73.11Z", Branch.SERVICES, 0.8, ("AGENCE", "COMMUNICATION")),
    Activity("78.20Z", Branch.SERVICES, 1.0, ("INTERIM", "EMPLOI")),
    Activity("80.10Z", Branch.SERVICES, 0.9, ("SECURITE", "GARDIENNAGE")),
    Activity("81.21Z", Branch.SERVICES, 2.0, ("NETTOYAGE", "PROPRETE")),
    Activity("81.30Z", Branch.SERVICES, 1.0, ("PAYSAGES", "JARDINS")),
    Activity("85.31Z", Branch.SERVICES, 0.6, ("GROUPE SCOLAIRE", "LYCEE")),
    Activity("86.90A", Branch.HEALTH, 1.2, ("AMBULANCES", "TRANSPORTS SANITAIRES")),
    Activity("87.10A", Branch.HEALTH, 1.4, ("RESIDENCE", "MAISON DE RETRAITE")),
    Activity("88.10A", Branch.HEALTH, 1.2, ("AIDE A DOMICILE", "SERVICES A DOMICILE")),
    Activity("96.01A", Branch.SERVICES, 0.6, ("BLANCHISSERIE", "PRESSING")),
)

BRANCH_OF_ACTIVITY: NDArray[np.int64] = np.array([int(activity.branch) for activity in ACTIVITIES])


def trait_by_branch(name: str) -> NDArray[np.float64]:
    """Return one numeric trait, indexed by branch (2-D for `season`: branch × calendar month)."""
    return np.array([getattr(TRAITS[branch], name) for branch in Branch], dtype=np.float64)
