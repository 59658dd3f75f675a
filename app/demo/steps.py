"""The steps that build the demonstration, in order."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from app.core.access.identity import system_identity
from app.core.database import instance
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today
from app.demo import history, people, rights
from app.demo.build import BuildStep
from app.demo.gestures import campaign, last_list, openlab, sittings, together
from app.demo.measuring import labels, reports, studies
from app.demo.orienting import directory
from app.demo.orienting import history as orientations
from app.detections.models import DetectionList
from app.evidence.alike import services as alike
from app.imports.intake import pipeline as imports
from app.imports.models import Batch, BatchState
from app.models_registry import queries as models
from app.trainings.steps import learning
from config import Config
from scoring.lab.simulate import Economy, simulate_economy
from scoring.lab.simulate.firms.support import SupportPolicy

ACTOR = system_identity("Démonstration")
SEED = 1
#: what support does, in the simulated region, to the hazard of insolvency
SUPPORT_RATIO = 0.5
#: the communes of the simulated region that are in a Territoire d'industrie: those of the first programme (2018-2022, 149
#: territories), as the Agence nationale de la cohésion des territoires publishes them (Licence Ouverte)
TERRITORIES = Path(__file__).with_name("territoires_industrie.csv")
#: quarterly lists over the two years of follow-up, the last at the end of the data
LISTS = 9


def steps(*, firms: int, months: int) -> list[BuildStep]:
    """Return the steps of a demonstration of ``firms`` firms observed for ``months`` months."""
    config: Config = current_app.config["VIGIE"]
    files = config.home / "demo" / "files"
    lived = config.home / "demo" / "lived"
    dates = list_dates(_end_of_data(files))

    def write_files() -> str:
        return _write(files, firms=firms, months=months, since=dates[0])

    def train() -> str:
        version = learning.train(config.home, as_of=dates[0], seed=SEED)
        return f"modèle n° {version.id}, appris de ce qui était connu le {dates[0]:%d/%m/%Y}"

    def live() -> str:
        summary = history.replay(config, dates=dates, truth=files / "truth", seed=SEED)
        lived.touch()
        return summary

    return [
        BuildStep("Instance", lambda: False, lambda: instance.prepare(config)),
        BuildStep(
            "Région simulée, aux formats des partenaires", (files / "complete").exists, write_files
        ),
        BuildStep("Import", _is_imported, lambda: _import(config, files)),
        BuildStep("Comptes", lambda: False, lambda: _settle(config)),
        BuildStep("Entraînement", _has_champion, train),
        BuildStep(
            "Deux ans de listes et de suivi",
            lambda: lived.exists() and _published_lists() >= len(dates),
            live,
        ),
        *_gestures(),
        *_measures(dates),
    ]


def _gestures() -> list[BuildStep]:
    """What people do besides the follow-up that is simulated."""
    return [
        BuildStep("Réponses, listes, abonnements", last_list.are_done, last_list.perform),
        BuildStep("Campagnes de contacts", campaign.are_done, campaign.perform),
        BuildStep("Travail à plusieurs", together.are_done, together.perform),
        BuildStep("Séances du CODEFI", sittings.are_done, sittings.perform),
        BuildStep("OpenLab", openlab.are_done, openlab.perform),
        BuildStep("Annuaire des partenaires", directory.are_done, directory.perform),
        BuildStep("Besoins orientés", orientations.are_done, orientations.perform),
    ]


def _measures(dates: list[date]) -> list[BuildStep]:
    """What is measured of all that; ``dates``: those of the lists."""
    # What a model would learn now; another date is asked for on the page.
    learnt = [dates[-1]]
    return [
        BuildStep(
            "Ce que le modèle apprend",
            lambda: labels.are_done(len(learnt)),
            lambda: labels.perform(learnt),
        ),
        BuildStep("Études de l’effet", studies.are_done, lambda: studies.perform(dates)),
        BuildStep("Entreprises semblables", lambda: False, _tell_alike),
        BuildStep("Bilans de la convention", reports.are_done, reports.perform),
    ]


def _write(files: Path, *, firms: int, months: int, since: date) -> str:
    """Write the files of a region where, from the first list on, agents choose whom they support, which changes what comes."""
    policy = SupportPolicy(ratio=SUPPORT_RATIO, since=since, departments=people.VISITED)
    end = _end_of_data(files)
    economy = Economy(firms=firms, months=months, seed=SEED, end=end, policy=policy)
    shutil.rmtree(files, ignore_errors=True)
    summary = simulate_economy(economy, files)
    shutil.copy(TERRITORIES, files / TERRITORIES.name)
    (files / "complete").touch()
    return f"{summary.firms} entreprises, {summary.failures} défaillances"


def list_dates(end: date) -> list[date]:
    """Return first days of quarters, the last one just after the month of ``end``."""
    last = _next_month(end)
    months = [last.year * 12 + last.month - 1 - 3 * quarters for quarters in reversed(range(LISTS))]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _end_of_data(files: Path) -> date:
    """Return the last simulated month: that of the files already written, otherwise the month before the current one."""
    stamp = files.parent / "end"
    if not stamp.exists():
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text((today().replace(day=1) - timedelta(days=1)).isoformat())
    return date.fromisoformat(stamp.read_text())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _import(config: Config, files: Path) -> str:
    outcome = imports.load(ACTOR, directory=files, home=config.home)
    if outcome.error:
        raise DomainError(outcome.error)
    if outcome.waits:
        raise DomainError("Un contrôle arrête ces fichiers : ils attendent une décision.")
    return f"{sum(account.report.rows for account in outcome.accounts)} lignes"


def _settle(config: Config) -> str:
    with unit_of_work(ACTOR) as session:
        ids = people.settle(session, password=people.passphrase(config.home), on=today())
        people.commit_everyone(session, ids)
    return f"{len(ids)} personnes inventées ; {rights.show(ACTOR)}"


def _tell_alike() -> str:
    with unit_of_work(ACTOR) as session:
        count = alike.build(session, ACTOR, until=alike.last_half_year(today()))
    return f"{count} entreprises de plus, par groupes de onze au moins"


def _is_imported() -> bool:
    with unit_of_work(ACTOR) as session:
        return (
            session.scalar(select(Batch.id).where(Batch.state == BatchState.PUBLISHED).limit(1))
            is not None
        )


def _has_champion() -> bool:
    with unit_of_work(ACTOR) as session:
        return models.find_champion(session) is not None


def _published_lists() -> int:
    with unit_of_work(ACTOR) as session:
        published = (
            select(func.count())
            .select_from(DetectionList)
            .where(DetectionList.published_at.is_not(None))
        )
        return session.scalar(published) or 0
