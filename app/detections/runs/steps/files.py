"""The steps that write files: freshness, features, scores, expert rules, reasons, the draw of the list.

Each reads the products of the previous steps and writes its own atomically; run again, it writes the
same bytes.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.core.access.identity import system_identity
from app.core.errors import DomainError
from app.core.text.french import month_fr
from app.detections.models import StepName
from app.detections.runs.progress import Plan
from app.detections.runs.steps import rules as expert_rules
from app.imports.publication.place import lake_of
from app.imports.publication.publish import settle
from scoring import features as columns
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.learning import artifacts, predict
from scoring.listing import draw as listing
from scoring.listing import explain as why
from scoring.listing import yardstick
from scoring.listing.ruling import moved
from scoring.vocabulary import USUAL_LAGS

Counts = dict[str, Any]

ACTOR = system_identity("Détection")

#: without these sources no firm can be scored
NEEDED = {
    "sirene_ul": "unités légales (Sirene)",
    "sirene_etab": "établissements (Sirene)",
    "effectif_ent": "effectifs par entreprise",
    "cotisation": "cotisations Urssaf",
}
#: monthly sources, each with its usual lag
MONTHLY = {
    "cotisation": "cotisations Urssaf",
    "debit": "débits Urssaf",
    "effectif_ent": "effectifs par entreprise",
    "effectif": "effectifs par établissement",
    "ap_conso": "activité partielle consommée",
}
#: scores computed without their last months would differ
READ_FRESH = ("cotisation", "debit", "effectif_ent")
#: months beyond its usual lag from which a source is stale
STALE = 4


def freshness(plan: Plan) -> Counts:
    """Write the last month of each source on the day; raise `DomainError` when a required source is absent or stale.

    Any other stale source is reported and does not stop the run: its last figures are used as they are.
    """
    # A killed import may have left the lake behind the database: it is settled first.
    lake = settle(ACTOR, home=plan.home)
    months = lake.freshness(connect(), as_of=plan.as_of)
    missing = [label for source, label in NEEDED.items() if source not in months]
    if missing:
        raise DomainError(
            f"Données partenaires absentes au {plan.as_of:%d/%m/%Y} : {', '.join(missing)}. "
            "Publiez un import, puis relancez la détection."
        )
    late = {
        source: f"{MONTHLY[source]} ({month_fr(months[source])})"
        for source in stale(months, plan.as_of)
    }
    blocking = [sentence for source, sentence in late.items() if source in READ_FRESH]
    if blocking:
        raise DomainError(
            f"Données partenaires trop anciennes au {plan.as_of:%d/%m/%Y} : {', '.join(blocking)}. "
            "Elles ont au moins quatre mois de retard sur leur délai habituel. Publiez un import, puis "
            "relancez la détection ; la dernière liste reste en place."
        )
    sources = pd.DataFrame(
        {"source": list(months), "month": list(months.values())}, columns=["source", "month"]
    )
    write(sources, plan.product(StepName.FRESHNESS))
    return {"sources": len(months), "late": list(late.values())}


def stale(months: Mapping[str, date], as_of: date) -> list[str]:
    """Return the monthly sources already published whose last month is `STALE` months older than usual."""
    return [
        source
        for source, usual in USUAL_LAGS.items()
        if source in months and _months_between(months[source], as_of) >= usual + STALE
    ]


def _months_between(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def features(plan: Plan) -> Counts:
    """Write the features of every firm at risk on the day."""
    # One thread: with more, sums are computed in a varying order and differ in their last bit.
    try:
        table = columns.build(_lake(plan), plan.as_of, con=connect(threads=1))
    except ValueError as error:
        raise DomainError(
            f"Les variables ne peuvent pas être calculées au {plan.as_of:%d/%m/%Y} : {error}"
        ) from error
    write(table, plan.product(StepName.FEATURES))
    return {"firms": len(table), "features": len(table.columns) - 1}


def score(plan: Plan) -> Counts:
    """Write the probabilities at 12, 18 and 24 months."""
    table = read(plan, StepName.FEATURES)
    scores = predict.score(model_of(plan), table)
    write(scores.assign(department=table["department"].to_numpy()), plan.product(StepName.SCORE))
    return {"firms": len(scores)}


def rules(plan: Plan) -> Counts:
    """Write the levels after the expert rules; firms named neither by them nor by the model are left out."""
    table = read(plan, StepName.FEATURES)
    scores = read(plan, StepName.SCORE)
    levels = expert_rules.applied(
        plan.rules_text,
        table,
        listing.levels(scores["p18"], model_of(plan).thresholds),
        as_of=plan.as_of,
    )
    write(levels, plan.product(StepName.RULES))
    touched = int((levels["rules"].str.len() > 0).sum())
    return {"version": plan.rules_version, "touched": touched, "moved": len(moved(levels))}


def explain(plan: Plan) -> Counts:
    """Write why each firm in alert is listed, by theme and by variable."""
    model = model_of(plan)
    levels = read(plan, StepName.RULES)
    alerted = levels.loc[levels["level"].notna(), "siren"]
    table = read(plan, StepName.FEATURES)
    reasons = why.reasons(
        model.booster,
        table[table["siren"].isin(alerted)].reset_index(drop=True),
        model.registry,
        thread_count=model.thread_count,
    )
    write(reasons, plan.product(StepName.EXPLAIN))
    return {"firms": len(alerted), "lines": len(reasons)}


def draw(
    plan: Plan, *, history: pd.DataFrame, paused: frozenset[str] = frozenset()
) -> tuple[pd.DataFrame, Counts]:
    """Return the list of the day and the parameters frozen with it.

    The list has the columns of `scoring.listing.draw`, `model_level`, and the names of the `rules`.
    ``history``: siren, as_of and level in the lists published before; ``paused``: the départements without exploration.
    """
    model = model_of(plan)
    ruled = read(plan, StepName.RULES)
    settings = listing.Draw(seed=plan.as_of.toordinal(), paused=paused)
    listed = listing.make_list(
        read(plan, StepName.SCORE),
        thresholds=model.thresholds,
        as_of=plan.as_of,
        draw=settings,
        history=history,
        moved=moved(ruled).set_index("siren")["level"],
    )
    listed = listed.merge(ruled.drop(columns="level"), on="siren", how="left")
    scores, divisions = read(plan, StepName.SCORE), read(plan, StepName.FEATURES)["naf_division"]
    write(listed, plan.product(StepName.LIST))
    freshness_rows = read(plan, StepName.FRESHNESS).to_dict("records")
    parameters = {
        "model": plan.model_sha256,
        "thresholds": vars(model.thresholds),
        "calibration": vars(model.calibration),
        "draw": {
            "seed": settings.seed,
            "exploration": settings.exploration,
            "band": settings.band,
            "paused": sorted(settings.paused),
        },
        "rules": plan.rules_version,
        "scores_sha256": plan.kept[StepName.SCORE],
        "averages": yardstick.averages(scores["p18"], divisions),
        "freshness": {row["source"]: row["month"].isoformat() for row in freshness_rows},
    }
    return listed, parameters


def reasons(plan: Plan) -> pd.DataFrame:
    """Return the product of `explain`."""
    return read(plan, StepName.EXPLAIN)


def digest(path: Path) -> str:
    """Return the SHA-256 of a product."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


FILES: dict[StepName, Callable[[Plan], Counts]] = {
    StepName.FRESHNESS: freshness,
    StepName.FEATURES: features,
    StepName.SCORE: score,
    StepName.RULES: rules,
    StepName.EXPLAIN: explain,
}


def _lake(plan: Plan) -> Lake:
    return lake_of(plan.home)


def model_of(plan: Plan) -> artifacts.TrainedModel:
    """Return the model of the run; raise `CorruptModelError`."""
    return artifacts.load(plan.model_directory, expected=plan.model_sha256)


def read(plan: Plan, step: StepName) -> pd.DataFrame:
    """Return the product of a finished step; raise `DomainError` when it is not the one that the step left."""
    content = plan.product(step).read_bytes()
    require_intact(content, plan.product(step), recorded=plan.kept.get(step))
    return pd.read_parquet(io.BytesIO(content))


def require_intact(content: bytes, path: Path, *, recorded: str | None) -> None:
    """Raise `DomainError` unless the digest of a product is the one that its step recorded."""
    if hashlib.sha256(content).hexdigest() != recorded:
        raise DomainError(
            f"Le fichier {path.parent.name}/{path.name} n’est plus celui que la détection a écrit : "
            "lancez une autre détection, et cherchez qui l’a changé."
        )


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a product atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), half)
    half.replace(path)
