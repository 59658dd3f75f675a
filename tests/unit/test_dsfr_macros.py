"""The macros write what a screen reader, a keyboard and a strict content security policy need."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.text import french
from app.core.web.forms import CheckboxesField, DsfrForm, DsfrSubForm, choices
from config import ROOT, Config
from tests.support.documents import Tag, parsed

APP = Path(__file__).resolve().parents[2] / "app"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
MONTHS = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]


class Place(DsfrSubForm):
    town = StringField("Commune", [InputRequired()])


CHANNELS = choices([("site", "Sur place"), ("tel", "Téléphone")])
NATURES = choices([("a", "Structurelle"), ("b", "Sociale")])


class VisitForm(DsfrForm):
    person = StringField("Personne rencontrée", [InputRequired()], description="Nom et fonction.")
    channel = RadioField("Canal", [InputRequired()], choices=CHANNELS)
    natures = CheckboxesField("Nature", [InputRequired()], choices=NATURES)
    note = TextAreaField("Compte rendu")
    place = FormField(Place, "Lieu")
    guests = FieldList(StringField("Invité", [InputRequired()]), min_entries=1)


@pytest.fixture(name="app")
def _app() -> Iterator[Flask]:
    app = Flask(__name__, template_folder=str(APP / "templates"), static_folder=str(APP / "static"))
    app.config.update(
        SECRET_KEY="test", WTF_CSRF_ENABLED=False, VIGIE=Config(home=ROOT, secret_key="test")
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.jinja_env.globals["sending_token"] = lambda: "number"
    app.jinja_env.globals["can"] = lambda *_: True
    # The layouts lead to pages, which are not here.
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/{endpoint}")
    french.init_app(app)
    with app.test_request_context("/"):
        yield app


def render(source: str, **context: object) -> Tag:
    return parsed(render_template_string(source, **context))


def one(soup: Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def refused() -> VisitForm:
    form = VisitForm(MultiDict({"note": "Le dirigeant attend un devis."}))
    assert not form.validate()
    return form


def test_a_form_speaks_french(app: Flask) -> None:
    assert {link.message for link in refused().error_links} == {"Ce champ est requis."}


def test_the_error_summary_reaches_every_wrong_control(app: Flask) -> None:
    source = """{% from "dsfr/form.html" import form %}{% from "dsfr/field.html" import field %}
    {% call form(f) %}{{ field(f.person) }}{{ field(f.channel) }}{{ field(f.natures) }}
    {{ field(f.note) }}{{ field(f.place.form.town) }}{{ field(f.guests[0]) }}{% endcall %}"""
    soup = render(source, f=refused())
    links = one(soup, "[data-error-summary]").select("a")
    assert len(links) == 5
    for link in links:
        target = one(soup, str(link["href"]))
        assert target.name in {"input", "textarea", "select"}
    assert "Le dirigeant attend un devis." in one(soup, "textarea").text


def test_a_valid_form_has_no_summary(app: Flask) -> None:
    soup = render(
        '{% from "dsfr/form.html" import error_summary %}{{ error_summary(f) }}', f=VisitForm()
    )
    assert not soup.select("[data-error-summary]")


def test_a_field_is_tied_to_its_label_its_hint_and_its_error(app: Flask) -> None:
    source = """{% from "dsfr/field.html" import field %}
    {{ field(f.person, attrs={"autocomplete": "name"}) }}"""
    soup = render(source, f=refused())
    control = one(soup, "#person")
    assert control["aria-invalid"] == "true"
    assert control["autocomplete"] == "name"
    assert "Ce champ est requis." in one(soup, f"#{control['aria-describedby']}").text
    assert "Nom et fonction." in one(soup, "label[for=person]").text


def test_only_what_may_be_left_empty_says_so(app: Flask) -> None:
    source = '{% from "dsfr/field.html" import field %}{{ field(f.person) }}{{ field(f.note) }}'
    soup = render(source, f=VisitForm())
    assert "facultatif" not in one(soup, "label[for=person]").text
    assert "facultatif" in one(soup, "label[for=note]").text


def test_choices_are_a_named_group_of_labelled_controls(app: Flask) -> None:
    soup = render('{% from "dsfr/field.html" import field %}{{ field(f.natures) }}', f=VisitForm())
    boxes = soup.select("fieldset input[type=checkbox]")
    assert [one(soup, f"label[for={box['id']}]").text for box in boxes] == [
        "Structurelle",
        "Sociale",
    ]
    assert "Nature" in one(soup, "legend").text


def test_a_chart_is_a_table_and_an_unknown_month_is_a_gap_not_a_zero(app: Flask) -> None:
    source = """{% from "dsfr/chart.html" import chart %}{{ chart("dette", "Dette", "€", months, [
      {"label": "Part patronale", "values": [1200.5, 0, none], "kind": "bar", "stack": "dette"},
      {"label": "Appel", "values": [10, 20, none], "dashed": true}],
      source="Urssaf", fresh_until=months[1]) }}"""
    soup = render(source, months=MONTHS)
    table = one(soup, "table[data-chart=mixed]")
    known, zero, unknown = (row.select("td")[0] for row in table.select("tbody tr"))
    assert float(str(known["data-value"])) == pytest.approx(1200.5)
    assert float(str(zero["data-value"])) == 0
    assert not unknown.has_attr("data-value")
    assert "–" in unknown.text
    first, second = table.select("thead th")[1:]
    assert first["data-stack"] == "dette"
    assert second.has_attr("data-dashed")
    assert "Urssaf" in one(soup, ".vigie-source").text
    assert "août 2026" in one(soup, ".vigie-source").text


def test_a_table_names_its_columns_and_scrolls_for_the_keyboard(app: Flask) -> None:
    source = """{% from "dsfr/table.html" import table %}
    {{ table("Dettes", [{"label": "Firme"},
                        {"label": "Dette", "numeric": true, "sort_url": "/x", "sort": "desc"}],
             rows=[["A", none], ["B", 0]]) }}"""
    soup = render(source)
    assert one(soup, "[role=region]")["tabindex"] == "0"
    assert [header["scope"] for header in soup.select("thead th")] == ["col", "col"]
    assert one(soup, "th[aria-sort]")["aria-sort"] == "descending"
    unknown, zero = soup.select("td")
    assert "non disponible" in unknown.text
    assert zero.text == "0"


def test_the_level_is_written_not_only_coloured(app: Flask) -> None:
    source = """{% from "dsfr/badge.html" import level_badge %}
    {{ level_badge("elevee") }}|{{ level_badge("moderee") }}|{{ level_badge(none) }}"""
    words = [word.strip() for word in render(source).text.split("|")]
    assert words == ["Alerte élevée", "Alerte modérée", "Pas d’alerte"]


def test_no_unread_notification_shows_nothing(app: Flask) -> None:
    source = '{% from "dsfr/page.html" import notification_count %}{{ notification_count(n) }}'
    assert render_template_string(source, n=0) == ""
    assert "1 non lue" in render(source, n=1).text
    assert "99+ non lues" in render(source, n=250).text


@pytest.mark.parametrize("layout", ["base", "public"])
def test_a_page_has_one_title_one_h1_and_the_token(app: Flask, layout: str) -> None:
    source = (
        f"""{{% extends "layouts/{layout}.html" %}}{{% block title %}}L’écran{{% endblock %}}"""
    )
    navigation = [{"label": "Fil", "url": "/", "is_current": True}]
    soup = render(source, navigation=navigation, scheme="dark")
    assert one(soup, "h1").text.strip() == "L’écran"
    assert one(soup, "title").text == "L’écran – Vigie"
    assert one(soup, "html")["data-fr-theme"] == "dark"
    assert one(soup, "meta[name=csrf-token]")["content"] == "token"
    assert all(form.select("input[name=csrf_token]") for form in soup.select("form[method=post]"))
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for link in soup.select(".fr-skiplinks a"):
        one(soup, str(link["href"]))


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(APP / "templates"))
)
def test_a_template_writes_nothing_that_the_policy_forbids(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    forbidden = {
        "inline style": r"\sstyle\s*=|<style\b",
        "inline script": r"<script(?![^>]*\ssrc=)",
        "inline handler": r"<[^>]*\son[a-z]+\s*=",
        "htmx code": r"\bhx-on\b|\bhx-vars\b|[\"']js:",
        "trigger filter": r"hx-trigger\"?\s*[=:]\s*[\"'][^\"']*\[",
    }
    assert [name for name, pattern in forbidden.items() if re.search(pattern, text)] == []
