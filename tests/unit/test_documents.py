"""The inspection of answers finds what is wrong with a document, and nothing in one that is right."""

import pytest

from tests.support.documents import errors_of, parsed

PAGE = "<!doctype html><html lang=fr><head><title>x</title></head><body>{}</body></html>"
RIGHT = (
    "<p>un <b>mot</b></p>",
    '<svg viewBox="0 0 1 1"><path d="x"/></svg>',
    "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
    '<a href="?a=1&amp;b=2">x</a>',
)
WRONG = (
    "<p>a</div>",
    '<p id="a" id="b">x</p>',
    "<b><i>x</b></i>",
    "<p><div>x</div></p>",
    "<div><p>x</p>",
    "<table>texte<tr><td>x</td></tr></table>",
    "<a href=x>b<a href=y>c</a></a>",
    "<form><form></form></form>",
    "<button><button>x</button></button>",
    "a &inconnu; b",
    '<a href=x"y>z</a>',
    '<a href="x"class="y">z</a>',
    "<div/>x",
    "a\x01b",
    "<div><tr><td>x</td></tr></div>",
)


@pytest.mark.parametrize("body", RIGHT)
def test_nothing_is_wrong_with_what_is_right(body: str) -> None:
    assert errors_of(PAGE.format(body), is_fragment=False) == []
    assert errors_of(body, is_fragment=True) == []


@pytest.mark.parametrize("body", WRONG)
def test_what_is_wrong_is_found_in_a_page_and_in_a_fragment(body: str) -> None:
    assert errors_of(PAGE.format(body), is_fragment=False)
    assert errors_of(body, is_fragment=True)


def test_a_page_needs_its_doctype() -> None:
    assert errors_of("<html lang=fr><head><title>x</title></head></html>", is_fragment=False)


def test_the_text_of_an_element_is_what_is_read_of_it() -> None:
    (item,) = parsed("<ul><li> un <b>deux</b><script>trois</script></ul>").select("li")
    assert item.get_text(" ", strip=True) == "un deux"
    assert item.text == " un deux"
