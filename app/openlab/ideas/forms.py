"""Forms to propose an idea, to answer one, to say what was changed, and to look among them."""

from collections.abc import Sequence

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import DsfrForm, choices, number_or_none
from app.openlab.ideas.models import LONGEST_TITLE, Idea, IdeaState

TOO_LONG = f"{LONGEST_TITLE} caractères au plus."
TITLE = [DataRequired("Donnez un titre, en une ligne."), Length(max=LONGEST_TITLE, message=TOO_LONG)]  # fmt: skip


class IdeaForm(CautiousForm):
    """An idea; `is_another` is asked once others that say nearly the same were shown."""

    title = StringField("Votre idée, en une ligne", filters=[normalised], validators=TITLE)
    body = TextAreaField(
        "Ce que cela changerait pour vous",
        description="Lu par tous les agents connectés : ne nommez ni entreprise ni personne.",
        validators=[Optional()],
    )
    is_another = BooleanField("C’est bien une autre idée que celles-ci")


class IdeaAnswerForm(DsfrForm):
    """What an idea becomes, and why."""

    becomes = SelectField(
        "Ce qu’elle devient",
        choices=choices(IdeaState.choices()),
        validators=[InputRequired("Choisissez ce que l’idée devient.")],
    )
    body = TextAreaField(
        "Réponse de l’équipe",
        filters=[normalised],
        validators=[
            DataRequired("Dites en une phrase pourquoi : l’auteur et les votants le liront.")
        ],
    )


class OpenlabChangeForm(DsfrForm):
    """What was changed."""

    title = StringField("Ce qui a changé, en une ligne", filters=[normalised], validators=TITLE)
    body = TextAreaField("Précisions", validators=[Optional()])
    done_on = DateField("Depuis le", validators=[DataRequired("Donnez le jour, par exemple 30/11/2026.")])  # fmt: skip
    idea_id = SelectField("Grâce à l’idée", coerce=number_or_none, choices=[], validate_choice=False)  # fmt: skip

    def offer(self, ideas: Sequence[Idea]) -> None:
        """Offer the ideas."""
        every = [("", "Aucune en particulier"), *((str(idea.id), idea.title) for idea in ideas)]
        self.idea_id.choices = choices(every)


class IdeaFilter(DsfrForm):
    """Ideas of a state, or that say something; sent by GET."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    q = StringField("Mots", filters=[normalised], validators=[Optional()])
    etat = SelectField(
        "État", choices=choices([("", "Tous"), *IdeaState.choices()]), validators=[Optional()]
    )

    def wanted(self) -> IdeaState | None:
        """Return the state that is asked for, if any."""
        return IdeaState(self.etat.data) if self.etat.data else None
