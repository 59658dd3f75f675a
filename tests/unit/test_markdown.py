"""What agents write cannot do anything."""

import pytest

from app.core.markdown import markdown


def test_emphasis_lists_and_links_are_kept() -> None:
    html = markdown("**gras**\n\n- un\n- deux\n\n[site](https://exemple.invalid)")
    assert "<strong>gras</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://exemple.invalid" rel="noopener noreferrer">site</a>' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://exemple.invalid/x.png)",
        '<img src=x onerror="alert(1)">',
        '<a href="https://exemple.invalid" onclick="alert(1)">x</a>',
        "<style>*{display:none}</style>",
        "[x](//exemple.invalid)",
    ],
)
def test_nothing_typed_is_executed_or_loaded(attack: str) -> None:
    html = markdown(attack)
    for forbidden in ("<script", "<img", "<style", 'href="javascript', 'href="data', 'href="//'):
        assert forbidden not in html
    assert "<a " not in html or "onclick=" not in html.split("<a ", 1)[1].split(">", 1)[0]


def test_a_heading_does_not_enter_the_outline_of_the_page() -> None:
    assert markdown("# Titre") == "<p><strong>Titre</strong></p>\n"
