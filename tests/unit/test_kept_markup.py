"""The markup of a form that is kept from one request to the next: bounded, and without anything of who asks."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from jinja2 import DictLoader

from app.core.web import forms
from app.core.web.forms import KeptMarkup

TEMPLATE = "{{ form.state }} at {{ path }}{{ ' for ' ~ who if who is defined }}"


@dataclass
class Form:
    """What is kept of a form: its state."""

    state: Any


def test_markup_is_that_of_each_state_and_says_nothing_of_who_asks() -> None:
    app = Flask("kept")
    app.jinja_loader = DictLoader({"form.html": TEMPLATE})
    app.context_processor(lambda: {"who": "Alice"})
    kept = KeptMarkup("form.html")
    with app.test_request_context():
        said = [
            str(kept.of(Form(state), path=path))  # type: ignore[arg-type]
            for state, path in (("a", "/1"), ("b", "/1"), ("a", "/2"), ("a", "/1"))
        ]
    assert said == ["a at /1", "b at /1", "a at /2", "a at /1"]


def test_the_oldest_goes_when_there_are_too_many() -> None:
    app = Flask("kept")
    app.jinja_loader = DictLoader({"form.html": TEMPLATE})
    kept = KeptMarkup("form.html")
    with app.app_context():
        first = kept.of(Form(0), path="/")  # type: ignore[arg-type]
        for state in range(1, forms.KEPT):
            kept.of(Form(state), path="/")  # type: ignore[arg-type]
        assert kept.of(Form(0), path="/") is first  # type: ignore[arg-type]
        kept.of(Form(forms.KEPT), path="/")  # type: ignore[arg-type]
        assert kept.of(Form(0), path="/") is not first  # type: ignore[arg-type]
