"""Forms to make a campaign, to fill it, and to change it."""

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.campaigns.models import LONGEST_LABEL
from app.campaigns.services import CampaignRequest
from app.core.access.identity import Identity, Nature
from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices, number_or_none

NO_DAY = "Donnez le dernier jour de la campagne, par exemple 31/03/2027."


class CampaignChangeForm(DsfrForm):
    """What a campaign is for, its letter, its last day."""

    purpose = TextAreaField("À quoi elle sert", filters=[normalised])
    letter = TextAreaField(
        "Lettre ou courriel",
        filters=[normalised],
        description="{entreprise}, {commune}, {agent}, {administration}, {courriel}, {telephone} et {date} sont remplacés pour chaque"
        " entreprise. Ne dites jamais qu’une entreprise est en alerte.",
    )
    ends_on = DateField("Dernier jour", validators=[DataRequired(NO_DAY)])


class CampaignForm(CampaignChangeForm):
    """The same with what does not change: its name, who works in it and where, and which firms it begins with."""

    label = StringField(
        "Nom de la campagne",
        filters=[normalised],
        validators=[
            DataRequired("Donnez un nom à la campagne."),
            Length(max=LONGEST_LABEL, message=f"{LONGEST_LABEL} caractères au plus."),
        ],
    )
    network_id = SelectField(
        "Qui contacte les entreprises", coerce=number_or_none, choices=[], validate_choice=False
    )
    department = SelectField("Territoire", choices=[], validate_choice=False)
    source = SelectField("Quelles entreprises", choices=[], validate_choice=False)
    nature = SelectField(
        "Nature qu’il faut pour savoir qu’une entreprise y est",
        choices=[],
        validate_choice=False,
        description="« Score » si les entreprises sont tirées des alertes : être dans la campagne dit alors qu’il y en a une.",
    )

    def asked(self, identity: Identity) -> CampaignRequest:
        """Return the campaign that is asked for."""
        place = self.department.data
        nature = self.nature.data
        return CampaignRequest(
            label=self.label.data or "",
            purpose=self.purpose.data or "",
            network_id=self.network_id.data,
            departments=[place] if place else sorted(identity.departments),
            nature=Nature(nature) if nature in set(Nature) else None,
            letter=self.letter.data or "",
            ends_on=self.ends_on.data,
        )

    def offer(
        self,
        *,
        networks: list[tuple[str, str]],
        places: list[tuple[str, str]],
        sources: list[tuple[str, str]],
        natures: list[tuple[str, str]],
    ) -> None:
        """Offer what the agent may choose."""
        self.network_id.choices = choices(networks)
        self.department.choices = choices([("", "Toute ma zone"), *places])
        self.source.choices = choices([("", "Aucune pour l’instant"), *sources])
        self.nature.choices = choices([*natures, ("", "Aucune")])
