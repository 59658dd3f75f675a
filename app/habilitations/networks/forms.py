"""Forms to create a network, to change it and to choose its members."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from app.accounts.models import Administration, Agent
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices


class NetworkForm(DsfrForm):
    """Naming a network."""

    label = StringField(
        "Nom", filters=[normalised], validators=[DataRequired("Donnez un nom au réseau.")]
    )


class NetworkCreationForm(NetworkForm):
    """Naming it, and saying whose it is."""

    administration = SelectField(
        "Administration",
        choices=choices([("", "Toutes, comme CODEFI"), *Administration.choices()]),
        validators=[Optional()],
        description="Un agent d’une autre administration n’y entre qu’avec l’accord de celle-ci. Ce choix ne change plus.",
    )

    @property
    def chosen_administration(self) -> Administration | None:
        """The administration chosen, none for everybody."""
        return Administration(self.administration.data) if self.administration.data else None


class NetworkChangeForm(NetworkForm):
    """Renaming it, deactivating it."""

    is_active = BooleanField(
        "Réseau actif", description="Inactif, il ne se lit et ne s’écrit plus ; rien n’est perdu."
    )


class NetworkMemberForm(DsfrForm):
    """Adding somebody to a network."""

    agent_id = SelectField("Agent", validators=[InputRequired("Choisissez un agent.")])
    reason = TextAreaField(
        "Motif",
        filters=[normalised],
        validators=[Optional()],
        description="Demandé si le réseau est celui d’une autre administration que celle de l’agent : elle le lit et décide.",
    )

    def offer(self, agents: Sequence[Agent]) -> None:
        """Offer these agents."""
        self.agent_id.choices = choices(
            (str(agent.id), f"{agent.full_name} ({agent.administration.label})") for agent in agents
        )
