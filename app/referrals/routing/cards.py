"""What routing knows: experts, their antennes, who stands in for whom, and a need. Plain values, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.referrals.areas.gazetteer import Area, Gazetteer
from app.referrals.criteria import Criteria, FirmFacts, Limited


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """An absence, both days included, and the expert who stands in meanwhile, if one does."""

    starts_on: date
    ends_on: date
    delegate_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AntenneCard:
    """An antenne; ``most``: how many of its experts a need is put to, those with the fewest open needs. `None`: all."""

    id: int
    name: str
    institution: str
    most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertCard:
    """An expert; ``subjects``: each with the service rendered. Areas and criteria are their own, or else those of the antenne."""

    id: int
    name: str
    antenne_id: int
    subjects: Mapping[int, str]
    areas: frozenset[str]
    criteria: Criteria = field(default_factory=Criteria)
    #: those of some subjects, which come before
    limited: Limited = ()
    absences: tuple[Away, ...] = ()
    #: open needs at once, `None` without a bound; and those open now
    capacity: int | None = None
    load: int = 0
    is_archived: bool = False

    @property
    def is_full(self) -> bool:
        """Whether nothing more may be put to them."""
        return self.capacity is not None and self.load >= self.capacity

    def criteria_for(self, subject_id: int) -> Criteria:
        """The criteria that hold for a subject."""
        if not self.limited:
            return self.criteria
        of_subject = (criteria for subjects, criteria in self.limited if subject_id in subjects)
        return next(of_subject, self.criteria)

    def away_on(self, day: date) -> Away | None:
        """The absence of a day, the one that ends last."""
        current = [away for away in self.absences if away.starts_on <= day <= away.ends_on]
        return max(current, key=lambda away: away.ends_on, default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class FallbackCard:
    """Who receives what nobody else does, in an area; for one subject, or for every one."""

    id: int
    expert_id: int
    area: str
    subject_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a need is: the codes of what holds it, smallest first, and what it may more precisely be in."""

    name: str
    within: tuple[str, ...]
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What is asked: a subject, a place, what is known of the firm, the day. ``place`` is `None` when nobody knows the commune."""

    subject_id: int
    place: Place | None
    day: date
    facts: FirmFacts = field(default_factory=FirmFacts)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Everybody who may receive a need. ``subjects``: those that are not archived, by number."""

    subjects: Mapping[int, str]
    antennes: Mapping[int, AntenneCard]
    experts: Mapping[int, ExpertCard]
    fallbacks: Sequence[FallbackCard] = ()
    #: whether it is read in part, and there are others in service
    has_others: bool = False

    @cached_property
    def of_subject(self) -> Mapping[int, int]:
        """How many experts in service each subject has."""
        counted: dict[int, int] = {}
        for expert in self.in_service:
            for subject_id in expert.subjects:
                counted[subject_id] = counted.get(subject_id, 0) + 1
        return counted

    @cached_property
    def in_service(self) -> Sequence[ExpertCard]:
        """The experts who are not archived, in the order of their numbers."""
        return [self.experts[key] for key in sorted(self.experts) if not self.experts[key].is_archived]  # fmt: skip

    @cached_property
    def competent(self) -> Mapping[tuple[int, str], Sequence[ExpertCard]]:
        """The experts of a subject who answer in an area, in the order of their numbers."""
        index: dict[tuple[int, str], list[ExpertCard]] = {}
        for expert in self.in_service:
            for subject_id in expert.subjects:
                for area in expert.areas:
                    index.setdefault((subject_id, area), []).append(expert)
        return index

    @cached_property
    def fallbacks_in(self) -> Mapping[tuple[int | None, str], Sequence[FallbackCard]]:
        """Who receives what nobody else does, by subject (`None`: every one) and area, in the order of their numbers."""
        index: dict[tuple[int | None, str], list[FallbackCard]] = {}
        for fallback in sorted(self.fallbacks, key=lambda each: each.id):
            index.setdefault((fallback.subject_id, fallback.area), []).append(fallback)
        return index

    def with_experts(self, experts: Iterable[ExpertCard]) -> "Directory":
        """Return the same with some experts added, or replaced."""
        changed = {**self.experts, **{expert.id: expert for expert in experts}}
        return Directory(
            subjects=self.subjects, antennes=self.antennes, experts=changed, fallbacks=self.fallbacks,
            has_others=self.has_others,
        )  # fmt: skip


def place_of(gazetteer: Gazetteer, area: Area) -> Place:
    """Return an area as the place of a need."""
    return Place(name=area.name, within=area.within, parts=frozenset(gazetteer.parts(area.code)))
