"""What the screen « Conservation » shows: the one thing to do, the rules, what the next night would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.access.identity import Identity, Role
from app.core.text.french import number_fr
from app.records.retention.models import (
    KeptObject,
    RetentionChange,
    RetentionRehearsal,
    RetentionRule,
)
from app.records.retention.objects import OBJECTS
from app.records.retention.slips.models import EliminationSlip, SlipState
from app.records.retention.slips.presenters import months_fr, period_fr

NOT_YET = "Pas encore essayée : rien ne sera fait avant"


@dataclass(frozen=True, kw_only=True)
class NextAct:
    """The one thing to do: what it is, why, and where; nowhere when it is for somebody else, or when there is nothing."""

    title: str
    why: str
    kind: str
    label: str | None = None
    slip_id: int | None = None
    change_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """A rule as it is read."""

    code: str
    label: str
    begins: str
    goes: str
    in_use: str
    intermediate: str
    fate: str
    basis: str
    takes_visa: bool
    pending: RetentionChange | None


@dataclass(frozen=True, kw_only=True)
class RehearsalRow:
    """What the next night would do of an object."""

    label: str
    quantity: str
    period: str
    examples: str
    what: str


def next_act(
    identity: Identity, waiting: Sequence[EliminationSlip], changes: Sequence[RetentionChange]
) -> NextAct:
    """Return what is to be done first: to sign, to hand over, to decide; else what is going on."""
    signs = identity.has_role(Role.ARCHIVISTE)
    told = {
        SlipState.WAITING: ("attend le visa des archives", "Rien n’est détruit avant.", "Lire et viser le bordereau"),
        SlipState.TO_HAND_OVER: ("est à verser", "Rien n’est détruit avant que les archives l’aient reçu.", "Verser aux archives"),
    }  # fmt: skip
    for slip in waiting:
        if slip.state in told:
            title, why, label = told[slip.state]
            return NextAct(
                title=f"Le bordereau n° {slip.id} {title}", kind="warning" if signs else "info", slip_id=slip.id,
                why=f"{slip.object.label} : {number_fr(slip.quantity)}. {why}", label=label if signs else "Lire le bordereau",
            )  # fmt: skip
    pending = [each for each in changes if each.decided_at is None]
    for change in pending:
        if change.asked_by != identity.agent_id and identity.has_role(
            Role.ADMINISTRATEUR, Role.ARCHIVISTE
        ):
            return NextAct(
                title=f"Un changement de règle attend votre décision : {change.object.label}", kind="warning",
                why=change.reason, label="Lire la demande", change_id=change.id,
            )  # fmt: skip
    if pending:
        return NextAct(title="Un changement de règle attend une autre personne", why=pending[0].object.label, kind="info")  # fmt: skip
    return NextAct(
        title="Rien n’attend", why="Les règles s’appliquent chaque nuit.", kind="success"
    )


def rule_rows(rules: Sequence[RetentionRule], changes: Sequence[RetentionChange]) -> list[RuleRow]:
    """Return the rules, each with the change that waits, if any."""
    pending = {each.object: each for each in changes if each.decided_at is None}
    return [
        RuleRow(
            code=rule.object.value, label=rule.object.label, begins=OBJECTS[rule.object].begins, goes=OBJECTS[rule.object].goes,
            in_use=months_fr(rule.in_use_months), intermediate=months_fr(rule.intermediate_months), fate=rule.fate.label,
            basis=rule.basis, takes_visa=OBJECTS[rule.object].takes_visa, pending=pending.get(rule.object),
        )
        for rule in rules
    ]  # fmt: skip


def rehearsal_rows(
    rules: Sequence[RetentionRule], rehearsals: Mapping[KeptObject, RetentionRehearsal]
) -> tuple[list[RehearsalRow], list[str]]:
    """Return what the next night would do, and the objects of which it would do nothing.

    A rule that changed since is told apart: it waits for another rehearsal.
    """
    known = {rule: rehearsals.get(rule.object) for rule in rules}
    rows = [_rehearsal(rule, each) for rule, each in known.items() if each is None or each.quantity]
    quiet = [rule.object.label for rule, each in known.items() if each and not each.quantity]
    return rows, quiet


def _rehearsal(rule: RetentionRule, known: RetentionRehearsal | None) -> RehearsalRow:
    label = rule.object.label
    if known is None:
        return RehearsalRow(label=label, quantity="–", period="–", examples="–", what=NOT_YET)
    visa = "Proposé au visa des archives" if OBJECTS[rule.object].takes_visa else rule.fate.label
    return RehearsalRow(
        label=label, quantity=number_fr(known.quantity), period=period_fr(known.oldest_on, known.newest_on),
        examples=" ; ".join(known.examples) or "–", what=visa,
    )  # fmt: skip
