"""Forms to create a network, to change it and to choose its members."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired

from app.accounts.models import Agent
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices


class NetworkForm(DsfrForm):
    """Naming a network."""

    label = StringField(
        "Nom", filters=[normalised], validators=[DataRequired("Donnez un nom au réseau.")]
    )


class NetworkChangeForm(NetworkForm):
    """Renaming it, deactivating it."""

    is_active = BooleanField(
        "Réseau actif", description="Inactif, il ne se lit et ne s’écrit plus ; rien n’est perdu."
    )


class NetworkMemberForm(DsfrForm):
    """Adding somebody to a network."""

    agent_id = SelectField("Agent", validators=[InputRequired("Choisissez un agent.")])

    def offer(self, agents: Sequence[Agent]) -> None:
        """Offer these agents."""
        self.agent_id.choices = choices(
            (str(agent.id), f"{agent.full_name} ({agent.administration.label})") for agent in agents
        )
