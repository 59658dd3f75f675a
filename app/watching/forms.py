"""What is typed to save a view."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, number_or_none
from app.watching.services import LONGEST_NAME


class ViewForm(DsfrForm):
    """A name, who else reads the view, and the filters as the page of the list had them."""

    name = StringField(
        "Nom de la vue",
        filters=[normalised],
        validators=[
            DataRequired("Donnez un nom à la vue."),
            Length(max=LONGEST_NAME, message=f"{LONGEST_NAME} caractères au plus."),
        ],
    )
    network_id = SelectField(
        "Partagée avec", coerce=number_or_none, validate_choice=False, choices=[]
    )
    query = HiddenField()
