"""Which replies to alerts are read; sent by GET, so that the URL identifies the view."""

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.detections.answers.models import AnswerKind, AnswerReason
from app.detections.models import DetectionList
from app.openlab.replies.queries import ReplyFilter
from app.openlab.sheets.themes import TextTheme
from scoring.vocabulary import Level

ALL = ("", "Tous")
#: what is looked for enters the journal
LONGEST_WORDS = 100


class ReplyFilterForm(DsfrForm):
    """Replies of a kind, for a reason, to alerts of a level or of a list, whose comment says something."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    reponse = SelectField("Réponse", choices=choices([ALL, *AnswerKind.choices()]), validators=[Optional()])  # fmt: skip
    raison = SelectField("Raison", choices=choices([ALL, *AnswerReason.choices()]), validators=[Optional()])  # fmt: skip
    niveau = SelectField(
        "Niveau de l’alerte",
        choices=choices([ALL, *((level.value, level.label) for level in Level)]),
        validators=[Optional()],
    )
    liste = SelectField("Liste", choices=[], validators=[Optional()])
    theme = SelectField("Ce dont parle le commentaire", choices=choices([ALL, *TextTheme.choices()]), validators=[Optional()])  # fmt: skip
    q = StringField(
        "Mots du commentaire",
        filters=[normalised],
        validators=[
            Optional(),
            Length(max=LONGEST_WORDS, message=f"{LONGEST_WORDS} caractères au plus."),
        ],
    )

    def offer(self, lists: Sequence[DetectionList]) -> None:
        """Offer the published lists."""
        self.liste.choices = choices([ALL, *((str(each.id), each.label) for each in lists)])

    def wanted(self) -> ReplyFilter:
        """Return what the form keeps."""
        return ReplyFilter(
            kind=AnswerKind(self.reponse.data) if self.reponse.data else None,
            reason=AnswerReason(self.raison.data) if self.raison.data else None,
            level=Level(self.niveau.data) if self.niveau.data else None,
            list_id=int(self.liste.data) if self.liste.data else None,
            theme=TextTheme(self.theme.data) if self.theme.data else None,
            said=self.q.data or "",
        )

    @property
    def in_force(self) -> dict[str, str]:
        """The filters in force, as the address says them."""
        return {field.name: field.data for field in self if field.data}
