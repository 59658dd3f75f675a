"""A need sent from an accompagnement of the world, as its form says it."""

from app.cases.queries import get_case
from app.core.now import today
from app.referrals.needs.models import ConsentHow
from app.referrals.sending.preparing import OrientingSaid, prepare
from app.referrals.sending.services import send
from tests.factories.network import working_as
from tests.factories.referrals import subject_ids

MESSAGE = "Nous ne pouvons plus payer l’échéance de mars."


def typed(**said: object) -> dict[str, object]:
    """What an agent types; ``said`` changes it."""
    known: dict[str, object] = {
        "theme_1": [str(subject_ids()[0])], "commune": "Dijon (21231)", "message": MESSAGE, "interlocutor": "",
        "name": "Sacha Fictif", "telephone": "03 80 00 00 00", "email": "", "has_debt": "oui", "is_first": "",
        "consent_how": "oral", "consent_by": "Sacha Fictif, gérante", "consent_on": today().isoformat(),
    }  # fmt: skip
    return {**known, **said}


def orient(agent_id: int, case_id: int) -> int:
    """A need that a member sends as they read it; the number of the solicitation."""
    said = OrientingSaid(
        subject_ids=subject_ids()[:1], commune="Dijon (21231)", message=MESSAGE, consent_how=ConsentHow.SPOKEN,
        consent_by="Sacha Fictif, gérante", consent_on=today(), name="Sacha Fictif", telephone="03 80 00 00 00",
    )  # fmt: skip
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        read = prepare(session, who, case, said).stamp
        return send(session, who, case, said, read=read).id
