"""Why an agent can read a firm, which natures of its data, and what keeps the others closed; decided only here."""

from dataclasses import dataclass

from app.companies import policies
from app.companies.models import Company
from app.companies.policies import Reach
from app.core.access.identity import Identity, Nature
from app.core.text.labelled import LabelledEnum

#: shown in place of a figure to somebody who may not read it
NOT_HABILITATED = "non habilité"


class Obstacle(LabelledEnum):
    """What keeps a nature closed, and whom to ask."""

    NOT_HELD = (
        "not_held",
        (
            "votre habilitation ne comprend pas cette nature."
            " Demandez-la à votre correspondant habilitations."
        ),
    )
    OUT_OF_ZONE = (
        "out_of_zone",
        (
            "l’entreprise est hors de votre zone. Demandez à un référent de son département de vous"
            " inviter à l’accompagnement."
        ),
    )
    HELD_ELSEWHERE = (
        "held_elsewhere",
        (
            "votre habilitation comprend cette nature dans d’autres départements que ceux de"
            " l’entreprise. Demandez son extension à votre correspondant habilitations."
        ),
    )
    CLOSED = (
        "closed",
        (
            "ces données ne vous sont pas ouvertes. Dites pourquoi vous en avez besoin\u00a0; si l’entreprise"
            " est en difficulté, utilisez «\u00a0Signaler l’entreprise\u00a0»."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Whether a nature of a firm's data can be read, and if not, why not."""

    nature: Nature
    obstacle: Obstacle | None


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why an agent can read a firm, and which natures of its data they can read."""

    reach: Reach
    is_contributor: bool
    #: whether the firm was ever in alert; `None` when the agent may not know
    was_in_alert: bool | None
    readings: tuple[Reading, ...]

    @property
    def by_obstacle(self) -> list[tuple[Obstacle | None, list[Nature]]]:
        """The readable natures, under `None`, then those that each obstacle keeps closed; empty groups are left out."""
        groups = [
            (obstacle, [row.nature for row in self.readings if row.obstacle == obstacle])
            for obstacle in (None, *Obstacle)
        ]
        return [(obstacle, natures) for obstacle, natures in groups if natures]


def grounds(identity: Identity, company: Company) -> Grounds:
    """The content of the panel « Pourquoi je vois cette entreprise »."""
    return Grounds(
        reach=policies.reach(identity, company),
        is_contributor=company.siren in identity.case_sirens,
        was_in_alert=company.first_alert_on is not None
        if policies.hears_of_alerts(identity, company)
        else None,
        readings=tuple(
            Reading(nature=nature, obstacle=obstacle(identity, company, nature))
            for nature in Nature
        ),
    )


def obstacle(identity: Identity, company: Company, nature: Nature) -> Obstacle | None:
    """What keeps a nature of the firm's data closed to the agent; `None` if nothing does."""
    if nature in company.readable:
        return None
    if nature not in identity.natures:
        return Obstacle.NOT_HELD
    if not identity.covers(company.departments):
        return Obstacle.OUT_OF_ZONE
    if not identity.covers(company.departments, nature):
        return Obstacle.HELD_ELSEWHERE
    return Obstacle.CLOSED
