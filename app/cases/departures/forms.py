"""Give accompagnements without référent to somebody."""

from wtforms import SelectField, SelectMultipleField, StringField

from app.core.web.forms import DsfrForm, number_or_none


class EntrustForm(DsfrForm):
    """Those that were ticked, or the one whose button was pressed, and to whom."""

    choice = SelectField("Confier à", coerce=str, validate_choice=False, choices=[])
    cases = SelectMultipleField("Accompagnements", coerce=str, validate_choice=False, choices=[])
    only = StringField("Un seul")

    @property
    def case_ids(self) -> list[int]:
        """The numbers of the accompagnements concerned."""
        sent = [self.only.data] if self.only.data else self.cases.data
        return [number for text in sent if (number := number_or_none(text)) is not None]
