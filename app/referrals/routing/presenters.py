"""Why a need goes to an expert, or does not, as pages say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text.french import counted_fr
from app.referrals.criteria import FirmCondition
from app.referrals.directory.typed import area_name
from app.referrals.routing.cards import Directory, ExpertCard, Need
from app.referrals.routing.engine import Proposal, Rejection, Routing, WhyNot
from app.referrals.routing.simulation import Simulation
from app.referrals.routing.trials import MOST, Trial


@dataclass(frozen=True, kw_only=True)
class ExpertLine:
    """An expert and sentences: why they, or why not."""

    expert_id: int
    name: str
    antenne: str
    institution: str
    sentences: tuple[str, ...]
    #: what must still be asked
    to_check: tuple[str, ...] = ()
    is_fallback: bool = False


def proposed(need: Need, directory: Directory, routing: Routing) -> list[ExpertLine]:
    """Return each expert to whom a need goes, and « pourquoi moi »."""
    return [
        _line(
            directory,
            each.expert_id,
            _why(need, directory, each),
            to_check=tuple(_to_check(each)),
            is_fallback=each.is_fallback,
        )
        for each in routing.proposals
    ]


def rejected(directory: Directory, routing: Routing) -> list[ExpertLine]:
    """Return each expert of the territory to whom it does not go, and why not."""
    return [_line(directory, each.expert_id, [_why_not(directory, each)]) for each in routing.rejections]  # fmt: skip


def elsewhere(need: Need, directory: Directory, routing: Routing) -> int:
    """Return how many experts of the subject answer in other territories."""
    here = routing.expert_ids | {each.expert_id for each in routing.rejections}
    return sum(
        need.subject_id in expert.subjects and expert.id not in here
        for expert in directory.in_service
    )


def simulated(trial: Trial, simulation: Simulation) -> str:
    """Return on what a change was tried, in a sentence."""
    if trial.is_past:
        which = "" if trial.every == 1 else f"un besoin sur {trial.every}, soit "
        tried = counted_fr(simulation.tried, "besoin", bound=MOST)
        return f"Essayé sur {which}{tried} des douze derniers mois, sur les mêmes sujets."
    which = "chaque commune" if trial.every == 1 else f"une commune sur {trial.every}"
    return f"Aucun besoin n’est encore enregistré : essayé sur {which} de son territoire, pour chacun de ses sujets."  # fmt: skip


def examples(
    simulation: Simulation, before: Directory, after: Directory
) -> list[tuple[Need, str, str, str]]:
    """Return needs that would move: each with its subject, those to whom it goes, those to whom it would go."""
    return [
        (
            each.need, before.subjects[each.need.subject_id], names(before, each.before), names(after, each.after),
        )
        for each in simulation.examples
    ]  # fmt: skip


def names(directory: Directory, routing: Routing) -> str:
    """Return those to whom a need goes, or why nobody."""
    if routing.gap is not None:
        return routing.gap.label
    return ", ".join(directory.experts[each.expert_id].name for each in routing.proposals)


def _line(
    directory: Directory, expert_id: int, sentences: Sequence[str], *, to_check: tuple[str, ...] = (), is_fallback: bool = False
) -> ExpertLine:  # fmt: skip
    expert: ExpertCard = directory.experts[expert_id]
    antenne = directory.antennes[expert.antenne_id]
    return ExpertLine(
        expert_id=expert_id, name=expert.name, antenne=antenne.name, institution=antenne.institution,
        sentences=tuple(sentences), to_check=to_check, is_fallback=is_fallback,
    )  # fmt: skip


def _why(need: Need, directory: Directory, proposal: Proposal) -> list[str]:
    absent = directory.experts.get(proposal.stands_for or 0)
    return why_said(
        service=directory.experts[proposal.expert_id].subjects.get(need.subject_id, ""),
        area=proposal.area, met=proposal.check.met, is_fallback=proposal.is_fallback,
        stands_for=absent.name if absent else None,
    )  # fmt: skip


def why_said(
    *, service: str, area: str, met: Sequence[FirmCondition], is_fallback: bool, stands_for: str | None
) -> list[str]:  # fmt: skip
    """Return why a need goes to an expert, as a page says it; ``stands_for``: who is away, when they stand in."""
    place = area_name(area)
    if is_fallback:
        return [f"Reçoit ce que personne d’autre ne reçoit : {place}."]
    sentences = [f"Service rendu : {service}." if service else "Traite ce sujet."]
    if stands_for is None:
        sentences.append(f"Intervient : {place}.")
    else:
        sentences.append(f"Remplace {stands_for}, absent, qui intervient : {place}.")
    if met:
        sentences.append(f"L’entreprise remplit ses critères : {_listed(met)}.")
    return sentences


def to_check_said(unknown: Sequence[FirmCondition], *, unsure_area: str | None) -> list[str]:
    """Return what must still be asked of a firm; ``unsure_area``: where it may be."""
    sentences = [each.label for each in unknown]
    if unsure_area:
        sentences.append(f"que l’entreprise est bien là : {area_name(unsure_area)}")
    return sentences


def why_not_said(refusal: WhyNot, *, failed: Sequence[FirmCondition], replaced_by: str | None) -> str:  # fmt: skip
    """Return why a need does not go to an expert, as a page says it."""
    if failed:
        return f"{refusal.label} : {_listed(failed)}."
    if refusal is WhyNot.REPLACED and replaced_by:
        return f"Absent, remplacé par {replaced_by}."
    return f"{refusal.label}."


def _to_check(proposal: Proposal) -> list[str]:
    unsure = proposal.area if proposal.is_area_unsure else None
    return to_check_said(proposal.check.unknown, unsure_area=unsure)


def _why_not(directory: Directory, rejection: Rejection) -> str:
    stead = directory.experts.get(rejection.replaced_by or 0)
    return why_not_said(
        rejection.refusal, failed=rejection.failed, replaced_by=stead.name if stead else None
    )  # fmt: skip


def explained(need: Need, directory: Directory, found: Proposal | Rejection) -> str:
    """Return in a sentence why an expert is proposed, or why not."""
    if isinstance(found, Proposal):
        return " ".join(_why(need, directory, found))
    return _why_not(directory, found)


def _listed(conditions: Sequence[FirmCondition]) -> str:
    return ", ".join(each.label.lower() if each is not FirmCondition.NAF else each.label for each in conditions)  # fmt: skip
