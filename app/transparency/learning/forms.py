"""The questions of the lesson, as a form: every answer must be right, and each wrong one says why."""

from typing import Any

from wtforms import Field, RadioField
from wtforms.validators import InputRequired, ValidationError

from app.core.web.forms import DsfrForm, choices
from app.transparency.learning.content import QUESTIONS, LessonQuestion


class LessonForm(DsfrForm):
    """One field a question, named by its code."""


class _IsRight:
    """Refuse a wrong answer, and say why."""

    def __init__(self, question: LessonQuestion) -> None:
        self.question = question

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data != str(self.question.right):
            raise ValidationError(f"Ce n’est pas cela. {self.question.why}")


for _question in QUESTIONS:
    _options = [(str(place), choice) for place, choice in enumerate(_question.choices)]
    setattr(
        LessonForm, _question.code,
        RadioField(
            _question.text, choices=choices(_options),
            validators=[InputRequired("Choisissez une réponse."), _IsRight(_question)],
        ),
    )  # fmt: skip
