"""What is chosen for an act on many firms."""

from wtforms import SelectField

from app.core.web.forms import DsfrForm


class ChoiceForm(DsfrForm):
    """What the act asks besides its firms; the label and the choices are those of its kind."""

    choice = SelectField("Choix", choices=[], validate_choice=False)
