"""The verdict on a solicitation; which ones are right, at once."""

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Optional

from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.referrals.needs.models import CheckVerdict
from app.referrals.quality.checks.services import CheckFinding
from app.referrals.quality.models import CheckLetter

VERDICTS = [each for each in CheckVerdict if each is not CheckVerdict.TO_CHECK]


class VerdictForm(DsfrForm):
    """What a solicitation is, why, and what is written to the asker."""

    verdict = RadioField(
        "Ce qu’est cette demande",
        choices=choices([(each.value, each.label) for each in VERDICTS]),
        validators=[Optional()],
    )
    reason = StringField(
        "Pourquoi",
        description="Demandé si la demande n’est pas conforme : les experts à qui le besoin est retiré le lisent.",
        filters=[normalised],
    )
    letter = SelectField(
        "Lettre au demandeur",
        description="Elle part au bout d’une heure, si vous n’annulez pas d’ici là.",
        choices=choices([("", "Aucune lettre"), *CheckLetter.choices()]),
        validators=[Optional()],
    )

    def finding(self) -> CheckFinding:
        """Return what was chosen."""
        return CheckFinding(
            verdict=CheckVerdict(self.verdict.data) if self.verdict.data else None,
            reason=self.reason.data,
            letter=CheckLetter(self.letter.data) if self.letter.data else None,
        )


class AcceptForm(DsfrForm):
    """The solicitations that are right."""

    asked = CheckboxesField("Demandes conformes", choices=[], validate_choice=False)

    def numbers(self) -> list[int]:
        """Return the numbers that were chosen."""
        return [int(each) for each in self.asked.data or () if each.isdigit() and len(each) < 10]
