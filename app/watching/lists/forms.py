"""What is typed to make a list of firms, to fill it, and to put one firm on lists."""

import re

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.access.identity import Nature
from app.core.errors import DomainError
from app.core.text.bounds import normalised
from app.core.text.french import number_fr
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.watching.lists.models import ListSource
from app.watching.lists.services import LONGEST_DESCRIPTION, LONGEST_LABEL, ListRequest

#: firms pasted at once
MOST = 2_000
#: nine digits, or fourteen of which nine name the firm, written by groups of three or in one piece
_NUMBER = re.compile(
    r"(?<!\d)(\d{3}[ \u00a0\u202f]?\d{3}[ \u00a0\u202f]?\d{3})(?:[ \u00a0\u202f]?\d{5})?(?!\d)"
)
#: in the select of the audience
ALONE, EVERYBODY = "", "tous"


class CompanyListForm(DsfrForm):
    """A list: its name, whose it is, who reads it, and what one needs to know of it."""

    label = StringField(
        "Nom de la liste",
        description="Montré en étiquette sur les fiches des entreprises.",
        filters=[normalised],
        validators=[
            DataRequired("Donnez un nom à la liste."),
            Length(max=LONGEST_LABEL, message=f"{LONGEST_LABEL} caractères au plus."),
        ],
    )
    description = StringField(
        "À quoi elle sert",
        filters=[normalised],
        validators=[
            Length(max=LONGEST_DESCRIPTION, message=f"{LONGEST_DESCRIPTION} caractères au plus.")
        ],
    )
    source = SelectField("Source", choices=choices(ListSource.choices()), default="agents")
    audience = SelectField("Qui la lit", choices=[], validate_choice=False)
    nature = SelectField(
        "Nature qu’il faut pour savoir qu’une entreprise y est",
        default="",
        choices=choices([("", "Aucune"), *Nature.choices()]),
        description="« Score » si la liste est tirée des alertes : être dessus dit alors qu’il y en a une.",
    )

    def asked(self) -> ListRequest:
        """Return the list that is asked for."""
        audience = self.audience.data or ALONE
        return ListRequest(
            label=self.label.data or "",
            description=self.description.data or "",
            source=ListSource(self.source.data),
            network_id=int(audience) if audience.isascii() and audience.isdigit() else None,
            is_open=audience == EVERYBODY,
            nature=Nature(self.nature.data) if self.nature.data else None,
        )


class FillForm(DsfrForm):
    """The firms to put on a list, pasted."""

    sirens = TextAreaField(
        "Numéros Siren ou Siret",
        description="Un par ligne, ou collés d’un tableur : 2 000 entreprises au plus à la fois.",
        validators=[DataRequired("Collez au moins un numéro Siren.")],
    )


class OfFirmForm(DsfrForm):
    """The lists that a firm is on, among those that the agent fills."""

    lists = CheckboxesField("Listes")


def sirens_in(text: str) -> list[str]:
    """Return the numbers of firms in a text, each once, in order; raise `DomainError` without any, or beyond `MOST`."""
    found = (re.sub(r"\D", "", number) for number in _NUMBER.findall(text))
    sirens = list(dict.fromkeys(found))
    if not sirens:
        raise DomainError(
            "Aucun numéro Siren reconnu : neuf chiffres, un par ligne.", field="sirens"
        )
    if len(sirens) > MOST:
        said = f"{number_fr(len(sirens))} entreprises : {number_fr(MOST)} au plus à la fois."
        raise DomainError(said, field="sirens")
    return sirens
