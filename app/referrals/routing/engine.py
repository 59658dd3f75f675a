"""To whom a need goes: the experts it is put to and why, those it is not put to and why not. Pure, and the same each time.

The rules, in order: the subject, the territory, the criteria of the firm, absence (a delegate who is competent stands in), capacity;
then, inside an antenne that says so, the experts with the fewest open needs; and when nobody is left, whoever receives what nobody
else does. Only these last two let somebody's arrival take another's place (docs/adr/0063).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.text.labelled import LabelledEnum
from app.referrals.criteria import NO_CONDITION, CriteriaCheck, FirmCondition
from app.referrals.routing.cards import Directory, ExpertCard, Need, Place


class WhyNot(LabelledEnum):
    """Why a need is not put to an expert."""

    ARCHIVED = "archive", "N’est plus dans l’annuaire"
    SUBJECT = "sujet", "Ne traite pas ce sujet"
    TERRITORY = "territoire", "N’intervient pas dans cette commune"
    CRITERIA = "criteres", "L’entreprise est hors de ses critères"
    ABSENT = "absence", "Absent, sans remplaçant disponible pour ce sujet"
    REPLACED = "remplacement", "Absent, remplacé"
    FULL = "capacite", "A déjà autant de besoins ouverts qu’il peut en suivre"
    BUSIER = "charge", "D’autres experts de son antenne ont moins de besoins ouverts"


class GapKind(LabelledEnum):
    """Why a need finds nobody."""

    EMPTY = "vide", "L’annuaire est vide : importez-le, ou ajoutez un expert."
    SUBJECT = "sujet_inconnu", "Ce sujet n’est pas, ou n’est plus, dans l’annuaire."
    PLACE = (
        "commune_inconnue",
        "Cette commune n’est pas connue : vérifiez son nom ou son code Insee.",
    )
    NOBODY = "sans_expert", "Aucun expert ne traite ce sujet."
    NOWHERE = "hors_territoire", "Des experts traitent ce sujet, mais aucun n’intervient dans cette commune."  # fmt: skip
    REJECTED = "tous_ecartes", "Les experts du territoire sont tous écartés, et personne ne reçoit les besoins sans réponse."  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """An expert to whom the need is put, and why."""

    expert_id: int
    #: the area by which they answer
    area: str
    check: CriteriaCheck = NO_CONDITION
    #: whether the area is only a part of where the need may be
    is_area_unsure: bool = False
    #: the expert who is away, when they stand in
    stands_for: int | None = None
    is_fallback: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """An expert to whom the need is not put, and why not."""

    expert_id: int
    refusal: WhyNot
    #: the conditions that the firm does not meet
    failed: tuple[FirmCondition, ...] = ()
    #: who stands in
    replaced_by: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """Where a need goes: proposals, fewest open needs first; of the others of the territory, why not; or the gap."""

    proposals: tuple[Proposal, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    gap: GapKind | None = None

    @property
    def expert_ids(self) -> frozenset[int]:
        """Those to whom the need is put."""
        return frozenset(proposal.expert_id for proposal in self.proposals)


def route(need: Need, directory: Directory) -> Routing:
    """Return where a need goes: somebody, or a named gap."""
    gap = _gap_of(need, directory)
    if gap is not None or need.place is None:
        return Routing(gap=gap)
    proposals: dict[int, Proposal] = {}
    rejections: list[Rejection] = []
    away: list[tuple[ExpertCard, Proposal]] = []
    for expert, found in _in_territory(need, need.place, directory):
        check = expert.criteria_for(need.subject_id).against(need.facts, need.day)
        if check.failed:
            rejections.append(Rejection(expert_id=expert.id, refusal=WhyNot.CRITERIA, failed=check.failed))  # fmt: skip
        elif expert.away_on(need.day):
            away.append((expert, found))
        elif expert.is_full:
            rejections.append(Rejection(expert_id=expert.id, refusal=WhyNot.FULL))
        else:
            proposals[expert.id] = Proposal(
                expert_id=expert.id, area=found.area, is_area_unsure=found.is_area_unsure, check=check
            )  # fmt: skip
    rejections += _stand_in(need, directory, away, proposals)
    kept, busier = _least_busy(directory, proposals.values())
    rejections += busier
    if not kept:
        kept = list(_fallback(need, need.place, directory))
        # Full, or outside their criteria, and yet the last resort: proposed, so not set aside as well.
        last = {each.expert_id for each in kept}
        rejections = [each for each in rejections if each.expert_id not in last]
    rejections.sort(key=lambda each: each.expert_id)
    return Routing(
        proposals=tuple(kept),
        rejections=tuple(rejections),
        gap=None if kept else _why_nobody(need, directory, rejections),
    )


def explain(need: Need, directory: Directory, routing: Routing, expert_id: int) -> Proposal | Rejection:  # fmt: skip
    """Return why a need is put to an expert of the directory, or why not, wherever they are."""
    known: list[Proposal | Rejection] = [*routing.proposals, *routing.rejections]
    for each in known:
        if each.expert_id == expert_id:
            return each
    expert = directory.experts[expert_id]
    if expert.is_archived:
        return Rejection(expert_id=expert_id, refusal=WhyNot.ARCHIVED)
    is_known = need.subject_id in expert.subjects and need.subject_id in directory.subjects
    refusal = WhyNot.TERRITORY if is_known else WhyNot.SUBJECT
    return Rejection(expert_id=expert_id, refusal=refusal)


def _gap_of(need: Need, directory: Directory) -> GapKind | None:
    if not directory.in_service and not directory.has_others:
        return GapKind.EMPTY
    if need.subject_id not in directory.subjects:
        return GapKind.SUBJECT
    return GapKind.PLACE if need.place is None else None


def _in_territory(
    need: Need, place: Place, directory: Directory
) -> Iterator[tuple[ExpertCard, Proposal]]:  # fmt: skip
    """The experts of the subject who answer where the need is, each once, by the smallest of their areas."""
    seen: set[int] = set()
    for areas, is_unsure in ((place.within, False), (sorted(place.parts), True)):
        for area in areas:
            for expert in directory.competent.get((need.subject_id, area), ()):
                if expert.id not in seen:
                    seen.add(expert.id)
                    yield expert, Proposal(expert_id=expert.id, area=area, is_area_unsure=is_unsure)


def _stand_in(
    need: Need, directory: Directory, away: Iterable[tuple[ExpertCard, Proposal]], proposals: dict[int, Proposal]
) -> Iterator[Rejection]:  # fmt: skip
    """Add the delegates of those who are away to the proposals; yield why each of these is not one."""
    for expert, found in sorted(away, key=lambda each: each[0].id):
        absence = expert.away_on(need.day)
        delegate = directory.experts.get(absence.delegate_id or 0) if absence else None
        check = _stands(need, delegate) if delegate else None
        if delegate is None or check is None:
            yield Rejection(expert_id=expert.id, refusal=WhyNot.ABSENT)
            continue
        yield Rejection(expert_id=expert.id, refusal=WhyNot.REPLACED, replaced_by=delegate.id)
        if delegate.id not in proposals:
            proposals[delegate.id] = Proposal(
                expert_id=delegate.id, area=found.area, is_area_unsure=found.is_area_unsure,
                stands_for=expert.id, check=check,
            )  # fmt: skip


def _stands(need: Need, delegate: ExpertCard) -> CriteriaCheck | None:
    """What the criteria of a delegate say, if they may receive the need: anywhere, since they stand in for somebody of the place."""
    is_there = not (delegate.is_archived or delegate.is_full or delegate.away_on(need.day))
    if not is_there or need.subject_id not in delegate.subjects:
        return None
    check = delegate.criteria_for(need.subject_id).against(need.facts, need.day)
    return None if check.failed else check


def _least_busy(
    directory: Directory, proposals: Iterable[Proposal]
) -> tuple[list[Proposal], list[Rejection]]:  # fmt: skip
    """Keep, of each antenne that says how many, those with the fewest open needs; of as many, the first that were entered."""
    ordered = sorted(proposals, key=lambda each: (directory.experts[each.expert_id].load, each.expert_id))  # fmt: skip
    counted: dict[int, int] = {}
    kept, busier = [], []
    for proposal in ordered:
        antenne_id = directory.experts[proposal.expert_id].antenne_id
        counted[antenne_id] = counted.get(antenne_id, 0) + 1
        most = directory.antennes[antenne_id].most
        if most is not None and counted[antenne_id] > most:
            busier.append(Rejection(expert_id=proposal.expert_id, refusal=WhyNot.BUSIER))
        else:
            kept.append(proposal)
    return kept, busier


def _fallback(need: Need, place: Place, directory: Directory) -> Iterator[Proposal]:
    """Whoever receives what nobody else does: of the subject before of every one, of the smallest area; the first who is there."""
    for subject_id in (need.subject_id, None):
        for area in place.within:
            for fallback in directory.fallbacks_in.get((subject_id, area), ()):
                expert = directory.experts.get(fallback.expert_id)
                if expert and not expert.is_archived and not expert.away_on(need.day):
                    yield Proposal(expert_id=expert.id, area=area, is_fallback=True)
                    return


def _why_nobody(need: Need, directory: Directory, rejections: list[Rejection]) -> GapKind:
    if rejections:
        return GapKind.REJECTED
    return GapKind.NOWHERE if directory.of_subject.get(need.subject_id) else GapKind.NOBODY
