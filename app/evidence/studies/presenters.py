"""A study as its page shows it: the sentence and the verdict first, then what to doubt of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.database.keyset import Slice
from app.core.now import today
from app.core.text.french import date_fr, datetime_fr, month_fr, number_fr
from app.evidence.studies import charts
from app.evidence.studies.models import ImpactResult, ImpactStudy
from scoring.vocabulary import FEWEST_OF_A_STUDY, ImpactVerdict, StudyOutcome

BADGES = {
    ImpactVerdict.FAVORABLE: "success",
    ImpactVerdict.DEFAVORABLE: "error",
    ImpactVerdict.NON_CONCLUANT: "info",
}
SOURCES = {
    True: "un monde simulé, dont l’effet est connu",
    False: "les listes, les accompagnements et les données partenaires de cette instance",
}


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """A study in the list: what was asked, where it stands, what was found at its longest horizon that concludes."""

    study: ImpactStudy
    firms: str
    state: str
    badge: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ShownResult:
    """What was found at one horizon, in words."""

    result: ImpactResult
    badge: str
    figures: list[dict[str, str]]
    truth: str
    #: cross-checks: name, value, what it says
    checks: list[list[str]]


def lines(page: Slice[ImpactStudy]) -> Slice[StudyLine]:
    """Return the list of studies, each in a line."""
    return Slice(rows=[_line(each) for each in page.rows], next_cursor=page.next_cursor)


def of_study(study: ImpactStudy) -> dict[str, Any]:
    """Return what the page of a study shows."""
    shown = [_shown(study.outcome, each) for each in study.results]
    drawn = [each for each in study.results if "estimate" in each.details]
    main = drawn[0] if drawn else None
    return {
        "study": study,
        "line": _line(study),
        "firms": _firms(study),
        "results": shown,
        "method": _method(study),
        "source": SOURCES[study.world is not None],
        "intervals": charts.intervals([_interval(each) for each in reversed(drawn)]),
        "intervals_rows": [_interval_row(study.outcome, each) for each in reversed(drawn)],
        **(_curves(main) if main else {}),
        **(_balance(main) if main else {}),
    }


def _line(study: ImpactStudy) -> StudyLine:
    if study.results:
        concluded = [
            each for each in study.results if each.verdict is not ImpactVerdict.NON_CONCLUANT
        ]
        best = (concluded or study.results)[0]
        state, badge, sentence = best.verdict.label, BADGES[best.verdict], best.sentence
    elif study.frozen_on > today():
        state, badge = "Enregistrée", "info"
        sentence = (
            f"Sera lue le {date_fr(study.frozen_on)} : personne n’en connaît encore le résultat."
        )
    else:
        state, badge = "En lecture", "info"
        sentence = "Son jour est venu : le résultat paraît ici dès qu’il est calculé."
    return StudyLine(study=study, firms=_firms(study), state=state, badge=badge, sentence=sentence)


def _method(study: ImpactStudy) -> list[dict[str, str]]:
    """Who asked, when it was asked and read, with which code and which data."""
    by = study.author.full_name if study.author else "le calendrier"
    found = [
        ("Enregistrée", f"le {datetime_fr(study.registered_at)}, par {by}"),
        ("Données figées", f"au {date_fr(study.frozen_on)}"),
    ]
    if study.results:
        result = study.results[0]
        found += [
            ("Lue", f"le {datetime_fr(result.computed_at)}"),
            ("Code de mesure", result.code_version),
            ("Données lues", result.data_version),
        ]
    return [{"label": label, "value": value} for label, value in found]


def _firms(study: ImpactStudy) -> str:
    """Which firms, in words."""
    if study.world:
        return f"{number_fr(study.world['firms'])} entreprises simulées, listes de deux ans"
    first, last = month_fr(study.cohort_from), month_fr(study.cohort_to)
    when = f"liste de {first}" if first == last else f"listes trimestrielles, de {first} à {last}"
    where = (
        f"départements {', '.join(study.departments)}"
        if study.departments
        else "tous les départements"
    )
    return f"{when}, {where}"


def signed(outcome: StudyOutcome) -> Callable[[float], str]:
    """Return how an effect on an outcome is written, with its sign: « −7,3 points », « +1,2 emploi », « −14 000 € »."""

    def write(value: float) -> str:
        if outcome is StudyOutcome.DEBT:
            number, unit = number_fr(abs(round(value, -2))), "€"
        else:
            size = round(abs(value if outcome is StudyOutcome.JOBS else 100 * value), 1)
            word = "emploi" if outcome is StudyOutcome.JOBS else "point"
            number, unit = number_fr(size, 1), f"{word}s" if size >= 2 else word
        sign = "−" if value < 0 else "+"
        return f"{sign}{number} {unit}"

    return write


def _shown(outcome: StudyOutcome, result: ImpactResult) -> ShownResult:
    write, details = signed(outcome), result.details
    figures = [
        ("Entreprises accompagnées", _rows(details.get("told_treated"))),
        ("Entreprises comparables", _rows(details.get("told_control"))),
    ]
    if "estimate" in details:
        figures = [
            ("Effet", write(details["estimate"])),
            ("Intervalle à 95 %", f"de {write(details['low'])} à {write(details['high'])}"),
            ("Plus petit effet décelable", write(details["mde"]).removeprefix("+")),
            *figures,
            ("p ajusté du nombre d’horizons (Holm)", _p(details["adjusted"])),
        ]
        if details["events"] is not None:
            figures.insert(5, ("Événements", number_fr(details["events"])))
    return ShownResult(
        result=result,
        badge=BADGES[result.verdict],
        figures=[{"label": label, "value": value} for label, value in figures if details],
        truth="" if result.truth is None else write(result.truth),
        checks=_checks(write, details),
    )


def _rows(told: int | None) -> str:
    return f"moins de {FEWEST_OF_A_STUDY}" if told is None else number_fr(told)


def _p(value: float) -> str:
    return "moins de 0,001" if value < 0.001 else number_fr(value, 3)


def _checks(write: Callable[[float], str], details: dict[str, Any]) -> list[list[str]]:
    """Return the strip of a horizon that has figures."""
    found = details.get("checks") or {}
    if not found:
        return []
    return [
        [
            "Plus grand écart entre les groupes",
            number_fr(_worst(details), 2),
            "écart-type ; sous 0,10, les deux groupes se ressemblent sur ce qui est mesuré",
        ],
        _check(
            "Saut au seuil de la liste",
            found.get("cut", {"refusal": "Cette étude n’a pas de liste à seuil."}),
            lambda each: write(each["estimate"]),
            lambda each: (
                f"effet de l’alerte, et non de l’accompagnement, au seuil : de {write(each['low'])} à {write(each['high'])}"
            ),
        ),
        [
            "Tirage au sort",
            "non mesuré",
            "tant que toute entreprise en alerte est sur la liste, le tirage n’en écarte aucune : il n’y a pas de témoins tirés",
        ],
        _check(
            "Valeur E",
            found["e_value"],
            lambda each: number_fr(each["estimate"], 1),
            lambda each: (
                "une cause non mesurée devrait multiplier d’autant à la fois l’accompagnement et l’événement pour expliquer l’effet ; "
                f"{number_fr(each['bound'], 1)} pour ramener l’intervalle à zéro"
            ),
        ),
        _check(
            "Borne de Rosenbaum",
            found["rosenbaum"],
            lambda each: (
                "plus de 10" if each["gamma"] is None else f"Γ = {number_fr(each['gamma'], 1)}"
            ),
            lambda each: (
                "de deux entreprises appariées, l’une pourrait avoir eu tant de fois plus de chances d’être accompagnée avant que l’effet "
                f"ne se distingue plus du hasard ({number_fr(each['discordant'])} paires discordantes)"
            ),
        ),
    ]


def _check(
    name: str,
    found: dict[str, Any],
    value: Callable[[dict[str, Any]], str],
    says: Callable[[dict[str, Any]], str],
) -> list[str]:
    if "refusal" in found:
        return [name, "non mesuré", found["refusal"]]
    return [name, value(found), says(found)]


def _worst(details: dict[str, Any]) -> float:
    return max((abs(each["after"]) for each in details["balance"]), default=0.0)


def _interval(result: ImpactResult) -> tuple[str, float, float, float, float]:
    details = result.details
    return (
        f"{result.horizon} mois",
        details["estimate"],
        details["low"],
        details["high"],
        details["mde"],
    )


def _interval_row(outcome: StudyOutcome, result: ImpactResult) -> list[str]:
    write, details = signed(outcome), result.details
    return [
        f"{result.horizon} mois",
        *(write(details[name]) for name in ("estimate", "low", "high")),
        write(details["mde"]).removeprefix("+"),
    ]


def _curves(result: ImpactResult) -> dict[str, Any]:
    found = result.details.get("curves")
    if not found:
        return {}
    treated, control = found["treated"], found["control"]
    rows = [
        [
            f"{time:.0f}",
            _share(treated["survival"][rank]),
            _rows(treated["at_risk"][rank]),
            _share(control["survival"][rank]),
            _rows(control["at_risk"][rank]),
        ]
        for rank, time in enumerate(found["times"])
    ]
    drawn = charts.curves(found["times"], treated["survival"], control["survival"])
    return {"curves": drawn, "curves_rows": rows, "curves_horizon": result.horizon}


def _balance(result: ImpactResult) -> dict[str, Any]:
    found = [(each["name"], each["before"], each["after"]) for each in result.details["balance"]]
    rows = [[name, number_fr(before, 2), number_fr(after, 2)] for name, before, after in found]
    return {"balance": charts.balance(found), "balance_rows": rows}


def _share(value: float) -> str:
    return f"{number_fr(100 * value, 1)} %"
