"""What agents write cannot do anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text.markdown import SCHEMES, TAGS, markdown
from tests.support.documents import parsed


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


#: pieces that attacks are made of
PIECES = st.sampled_from(
    ["[x](", ")", "javascript:", "JaVaScRiPt&colon;", "alert(1)", "<", ">", "script", "<img src=x onerror=", "\"", "'", "&#106;",
     "data:text/html,", "![", "](", "[1]: ", "\n", "\n\n", "    ", "> ", "- ", "# ", "`", "```", "~~", "**", "_", "https://x.invalid",
     "http://", "//x.invalid", "vbscript:", "\\", "\x00", "\x01", "\u202e", "<!--", "-->", "<svg/onload=", "style=", "href=", "a", " ",
     "<a href=", "mailto:x@y.invalid", "&lt;", "%0a", "\t", "<details open ontoggle=", "|", "<https:", "1. "]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
@settings(max_examples=400)
def test_whatever_is_typed_only_what_is_allowed_comes_out(typed: str) -> None:
    page = parsed(str(markdown(typed)))
    for tag in page.select("body *"):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "rel"}
        assert str(tag.get("href", "https://")).lower().startswith(SCHEMES)
    assert not page.select("head *")
