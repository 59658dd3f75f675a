"""Owns the base class of every form: French messages, and the errors as links for the summary.

The markup is in `templates/dsfr/field.html` and `form.html`; a form class only says what is asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
)
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

#: beyond, nothing is counted: neither euros nor people
LARGEST_NUMBER = 10**15


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary; `field_id` is None when the error is the whole form's."""

    field_id: str | None
    label: str
    message: str


class _French:
    """WTForms' own French messages; Flask-WTF would ask them to Flask-Babel."""

    locales = ("fr",)

    def get_translations(self, form: Any) -> Any:
        """Return WTForms' French catalogue."""
        return DefaultMeta.get_translations(self, form)


class DsfrForm(FlaskForm):  # type: ignore[misc]
    """A form of the portal: speaks French and knows where its errors are."""

    class Meta(_French, FlaskForm.Meta):  # type: ignore[misc]
        """French before Flask-WTF."""

    @property
    def error_links(self) -> list[ErrorLink]:
        """Every error in the order of the fields, then those of the whole form."""
        fields = [link for field in self for link in _links(field)]
        return fields + [ErrorLink(None, "", str(message)) for message in self.form_errors]


class ConfirmForm(DsfrForm):
    """A button and its CSRF token."""


class DsfrSubForm(Form):  # type: ignore[misc]
    """A part of a form (`FormField`, `FieldList`): French too, without a CSRF token of its own."""

    class Meta(_French, DefaultMeta):  # type: ignore[misc]
        """French before WTForms' default."""


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A number that can be counted: one of four hundred digits is no number, and validators would stumble on it."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > LARGEST_NUMBER:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    """Several choices among few, as boxes (`choices_field` in templates/dsfr/field.html)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Options of a select, radio buttons or boxes from (value, label): WTForms drops tuples."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def _links(field: Field) -> Iterator[ErrorLink]:
    """Walk into enclosed forms and lists, where WTForms nests the errors."""
    if isinstance(field, FormField):
        for child in field.form:
            yield from _links(child)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _links(entry)
        yield from _own_links(field, [error for error in field.errors if isinstance(error, str)])
    else:
        yield from _own_links(field, field.errors)


def _own_links(field: Field, messages: Any) -> Iterator[ErrorLink]:
    for message in messages:
        yield ErrorLink(_focusable_id(field), str(field.label.text), str(message))


def _focusable_id(field: Field) -> str | None:
    """The id of the control to go to: a group of choices carries its own on a fieldset."""
    if isinstance(field, HiddenField):
        return None
    if isinstance(field, RadioField | CheckboxesField):
        return next((str(choice.id) for choice in field), str(field.id))
    return str(field.id)
