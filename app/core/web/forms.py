"""The base class of every form: French messages, and errors as links for the summary.

The markup is in `templates/dsfr/field.html` and `form.html`; a form class only declares its fields.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from markupsafe import Markup
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
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

#: states of a form of which the markup is kept
KEPT = 64
#: no count goes beyond this, be it of euros or of people
LARGEST_NUMBER = 10**15
NOT_A_NUMBER = "Saisissez un nombre entier, sans unité."


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary; `field_id` is `None` when the error is about the form itself."""

    field_id: str | None
    label: str
    message: str


class _French:
    """WTForms' own French messages; Flask-WTF would look for them in Flask-Babel."""

    locales = ("fr",)

    def get_translations(self, form: Any) -> Any:
        """Return WTForms' French catalogue."""
        return DefaultMeta.get_translations(self, form)


class DsfrForm(FlaskForm):  # type: ignore[misc]
    """A form of the portal: its messages are French, and it can list its errors as links."""

    class Meta(_French, FlaskForm.Meta):  # type: ignore[misc]
        """Take French messages ahead of Flask-WTF's."""

    @property
    def state(self) -> tuple[object, ...]:
        """All that its markup depends on: what each field offers, holds and refuses."""
        return tuple(_state(field) for field in self)

    @property
    def error_links(self) -> list[ErrorLink]:
        """Every error in field order, then those of the form itself."""
        fields = [link for field in self for link in _links(field)]
        return fields + [ErrorLink(None, "", str(message)) for message in self.form_errors]


class ConfirmForm(DsfrForm):
    """A button and its CSRF token."""


class DsfrSubForm(Form):  # type: ignore[misc]
    """A part of a form (`FormField`, `FieldList`): French too, without a CSRF token of its own."""

    class Meta(_French, DefaultMeta):  # type: ignore[misc]
        """Take French messages ahead of WTForms' default."""


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """An integer of reasonable size: one of four hundred digits would break the validators. Not one: a single message."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the submitted value, blank for none; raise `ValueError` when it is no integer, or beyond `LARGEST_NUMBER`."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NOT_A_NUMBER) from None
        if self.data is not None and abs(self.data) > LARGEST_NUMBER:
            self.data = None
            raise ValueError(NOT_A_NUMBER)

    def pre_validate(self, _form: Form) -> None:
        """Leave the bounds alone when there is no number: they would say the same again."""
        if self.process_errors:
            raise StopValidation


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    """Several choices out of a few, as checkboxes (`choices_field` in templates/dsfr/field.html)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Options of a select, radio buttons or checkboxes from (value, label): WTForms is dropping tuples."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class KeptMarkup:
    """The markup of a template that knows a form and some values, and nothing else: made once for each state that it is asked for.

    It is rendered without what every page knows, who asks included: what is kept is the same for whoever sends the same form.
    """

    def __init__(self, template: str) -> None:
        self.template = template
        self._made: dict[object, Markup] = {}

    def of(self, form: DsfrForm, **values: Hashable) -> Markup:
        """The markup for ``form`` and ``values``, which the template has under their names."""
        state = (form.state, tuple(values.items()))
        made = self._made.get(state)
        if made is None:
            template = current_app.jinja_env.get_template(self.template)
            made = Markup(template.render(form=form, **values))  # noqa: S704 - written by a template
            # A copy: another thread may be adding to it.
            for oldest in list(self._made)[: max(0, len(self._made) + 1 - KEPT)]:
                self._made.pop(oldest, None)
            self._made[state] = made
        return made


def _state(field: Field) -> tuple[object, ...]:
    offered = tuple(
        (choice.value, choice.label) for choice in getattr(field, "choices", None) or ()
    )
    data = tuple(field.data) if isinstance(field.data, list) else field.data
    return field.name, offered, data, tuple(field.raw_data or ()), tuple(map(str, field.errors))


def _links(field: Field) -> Iterator[ErrorLink]:
    """Walk through nested forms and lists, where WTForms nests the errors."""
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
    """The id of the control to focus: a group of choices has its own id on a fieldset, which cannot be focused."""
    if isinstance(field, HiddenField):
        return None
    if isinstance(field, RadioField | CheckboxesField):
        return next((str(choice.id) for choice in field), str(field.id))
    return str(field.id)


def asked_of(form: DsfrForm) -> dict[str, str]:
    """Return what the address says of the fields of a search, and of nothing else: `url_for` reads some names for itself."""
    said = {field.name: request.args.get(field.name, "") for field in form}
    return {name: value for name, value in said.items() if value}


def flag_or_none(value: object) -> bool | None:
    """Return what is sent by a choice between yes, no and nothing; `None` for anything else."""
    return {"oui": True, "non": False}.get(str(value))


def number_or_none(value: object) -> int | None:
    """Return the number sent by a select; `None` for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
