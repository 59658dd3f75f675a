"""What is sent as its sender reads it before, and how what follows reads in the accompagnement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.cases.history.queries import HistoryEntry, ToldElsewhere, told_elsewhere
from app.core.access.identity import Identity
from app.core.text.french import counted_fr, date_fr
from app.core.work.events import EventKind
from app.network.presenters import Wording, wordings
from app.referrals.directory.queries import list_names
from app.referrals.needs.models import Actor, ReferralState
from app.referrals.routing import presenters as routing
from app.referrals.routing.presenters import ExpertLine
from app.referrals.sending import queries
from app.referrals.sending.preparing import Prepared

FLAGS = {True: "oui", False: "non", None: "non précisé"}
WHO = {Actor.LINK: "Un expert, par son lien", Actor.SYSTEM: "Vigie", Actor.FIRM: "L’entreprise", Actor.AGENT: ""}  # fmt: skip
REWRITTEN = "Le texte, l’accord ou la personne à rappeler ne sont plus ceux que vous avez relus."


@dataclass(frozen=True, kw_only=True)
class NeedPreview:
    """A need before it is sent: to whom it goes and why, to whom not, or why nobody."""

    subject: str
    proposed: Sequence[ExpertLine]
    rejected: Sequence[ExpertLine]
    gap: str


def register() -> None:
    """Register the wording of what follows a need in the timeline, and its lines in the history."""
    for kind, sentence in (
        (EventKind.REFERRAL_SENT, lambda event: f"Orientation transmise : {counted_fr(event.details['needs'], 'besoin')}"),
        (EventKind.REFERRAL_ANSWERED, lambda event: f"Réponse à une orientation : {ReferralState(event.details['state']).label.lower()}"),
        (EventKind.REFERRAL_WITHDRAWN, lambda _event: "Orientation retirée"),
    ):  # fmt: skip
        wordings.fill(Wording(kind, sentence))
    told_elsewhere.fill(ToldElsewhere(kind=queries.SENT, statement=queries.sent_lines, reads=_sent))
    told_elsewhere.fill(
        ToldElsewhere(kind=queries.ANSWERED, statement=queries.answer_lines, reads=_answered)
    )


def previews(prepared: Prepared) -> list[NeedPreview]:
    """Return each need as its sender reads it."""
    return [
        NeedPreview(
            subject=each.subject,
            proposed=routing.proposed(each.need, each.directory, each.routing),
            rejected=routing.rejected(each.directory, each.routing),
            gap=each.routing.gap.label if each.routing.gap else "",
        )
        for each in prepared.needs
    ]


def words(prepared: Prepared, identity: Identity) -> list[dict[str, str]]:
    """Return what each expert reads, word for word."""
    asked, contact = prepared.asked, prepared.contact
    commune = f"{asked.commune.name} ({asked.commune.code})" if asked.commune else ""
    return [
        {"label": "Entreprise", "value": f"{asked.firm_name}, siren {asked.siren}"},
        {"label": "Commune", "value": commune},
        {"label": "Ce qu’elle demande", "value": asked.message or "Rien de plus que le sujet."},
        {"label": "Elle dit avoir une dette", "value": FLAGS[asked.has_debt]},
        {"label": "C’est sa première demande", "value": FLAGS[asked.is_first]},
        {"label": "Qui rappeler", "value": ", ".join(filter(None, contact.values()))},
        {"label": "Accord", "value": f"{asked.consent.how.label}, le {date_fr(asked.consent.on)} : {asked.consent.by}"},
        {"label": "Transmis par", "value": identity.name},
    ]  # fmt: skip


def differences(
    session: Session, identity: Identity, read: str | None, prepared: Prepared
) -> list[str]:
    """Return, in sentences, what changed between what was read and what would be sent."""
    former, _, digest = (read or "").partition("|")
    before = _experts(former)
    after = {each.need.subject_id: each.routing.expert_ids for each in prepared.needs}
    moved = {number for subject in before | after for number in before.get(subject, set()) ^ after.get(subject, set())}  # fmt: skip
    names = list_names(session, identity, moved)
    sentences = [
        sentence
        for each in prepared.needs
        for sentence in _moved(each.subject, before.get(each.need.subject_id, frozenset()), each.routing.expert_ids, names)
    ]  # fmt: skip
    if digest != prepared.stamp.partition("|")[2] or before.keys() != after.keys():
        sentences.append(REWRITTEN)
    return sentences


def _moved(
    subject: str, before: frozenset[int], after: frozenset[int], names: Mapping[int, str]
) -> Iterator[str]:
    for number in sorted(before - after):
        yield f"{subject} : {names.get(number, 'un expert')} n’est plus de ceux qui le reçoivent."
    for number in sorted(after - before):
        yield f"{subject} : {names.get(number, 'un expert')} le reçoit aussi."


def _experts(text: str) -> dict[int, frozenset[int]]:
    """The experts of each subject, as a page sends them back: what is no number is left out."""
    experts = {}
    for part in text.split(";"):
        subject, _, numbers = part.partition(":")
        if subject.isascii() and subject.isdigit() and len(subject) < 10:
            known = [each for each in numbers.split(",") if each.isascii() and each.isdigit() and len(each) < 10]  # fmt: skip
            experts[int(subject)] = frozenset(map(int, known))
    return experts


def _sent(change: HistoryEntry) -> dict[str, object]:
    return {"what": "Besoin transmis", "after": change.after}


def _answered(change: HistoryEntry) -> dict[str, object]:
    actor, _, note = change.reason.partition("\n")
    return {
        "what": f"Réponse à un besoin : {change.list_code}",
        "before": ReferralState(change.before).label,
        "after": ReferralState(change.after).label,
        "agent": change.agent or WHO[Actor(actor)],
        "reason": note,
    }
