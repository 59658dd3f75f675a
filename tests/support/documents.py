"""What tests ask of an HTML answer: where strict HTML5 finds it wrong, and what stands in it.

Two parsers, both compiled: html5ever says what is wrong with the tree, turbohtml with the characters; turbohtml keeps the document.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import markupever
import turbohtml

#: what is asked of a text: that it be this one, fit a pattern, satisfy a condition
Filter = str | re.Pattern[str] | Callable[[str], object]
#: an element of which nothing is said
SILENT = ("script", "style", "template")


class Tag:
    """An element, or the whole document, as a browser understands it; `None` where there is none."""

    def __init__(self, node: turbohtml.Element | turbohtml.Document) -> None:
        self._node = node

    @property
    def name(self) -> str:
        """Its name, in small letters."""
        return self._node.tag if isinstance(self._node, turbohtml.Element) else "[document]"

    @property
    def attrs(self) -> dict[str, Any]:
        """Its attributes; those that are lists of words, ``class`` first of all, as lists."""
        return dict(self._node.attrs) if isinstance(self._node, turbohtml.Element) else {}

    @property
    def html(self) -> str:
        """Its markup."""
        return self._node.serialize()

    def __str__(self) -> str:
        return self.html

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tag) and self._node == other._node

    def __hash__(self) -> int:
        return hash(self._node)

    def __getitem__(self, attribute: str) -> Any:
        return self.attrs[attribute]

    def get(self, attribute: str, default: Any = None) -> Any:
        """The value of an attribute, if there is one."""
        return self.attrs.get(attribute, default)

    def has_attr(self, attribute: str) -> bool:
        """Whether the attribute is there, be it empty."""
        return attribute in self.attrs

    @property
    def text(self) -> str:
        """All the text that stands in it."""
        return self.get_text()

    def get_text(self, separator: str = "", *, strip: bool = False) -> str:
        """The text that stands in it; ``strip`` leaves out the blanks around each piece."""
        texts = (text.strip() for text in self._texts()) if strip else self._texts()
        return separator.join(text for text in texts if text)

    def select(self, selector: str) -> "list[Tag]":
        """The elements that a CSS selector finds, in the order of the document."""
        return [Tag(found) for found in self._node.select(selector)]

    def select_one(self, selector: str) -> "Tag | None":
        """The first of them."""
        found = self._node.select_one(selector)
        return None if found is None else Tag(found)

    def find_all(
        self,
        name: str | list[str] | None = None,
        attrs: dict[str, Any] | None = None,
        *,
        string: Filter | None = None,
        **more: Any,
    ) -> "list[Tag]":
        """The elements of a name, with such attributes, whose whole text is such."""
        named = self._node.find_all(name, attrs={**(attrs or {}), **more})
        tags = [Tag(found) for found in named]
        return [tag for tag in tags if string is None or _is(string, tag.get_text())]

    def find(self, name: str | list[str] | None = None, attrs: dict[str, Any] | None = None, **more: Any) -> "Tag | None":  # fmt: skip
        """The first of them."""
        return next(iter(self.find_all(name, attrs, **more)), None)

    def find_parent(self, name: str) -> "Tag | None":
        """The nearest element of that name that it stands in."""
        above = (one for one in self._node.ancestors if isinstance(one, turbohtml.Element))
        return next((Tag(one) for one in above if one.tag == name), None)

    def _texts(self) -> Iterator[str]:
        for node in self._node.descendants:
            if not isinstance(node, turbohtml.Text) or _is_silent(node.parent):
                continue
            # A definition is read once it is asked for.
            if node.parent == self._node or not _is_of_definition(node.parent):
                yield node.data


def parsed(html: str) -> Tag:
    """The document, or what a browser makes of a fragment."""
    return Tag(turbohtml.parse(html))


def errors_of(html: str, *, is_fragment: bool) -> list[str]:
    """Where strict HTML5 finds the document wrong, and in what."""
    ours = [f"{error.code} ({error.line}:{error.col})" for error in turbohtml.parse(html).errors]
    parser = markupever.Parser(markupever.HtmlOptions(full_document=not is_fragment))
    parser.process(html)
    parser.finish()
    return [*ours, *parser.errors()]


def _is_silent(parent: turbohtml.Node | None) -> bool:
    return isinstance(parent, turbohtml.Element) and parent.tag in SILENT


def _is(wanted: Filter, text: str) -> bool:
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return bool(wanted(text)) if callable(wanted) else wanted == text


def _is_of_definition(node: Any) -> bool:
    """Whether an element is the text of a definition, or what says that there is one."""
    words = node.attrs.get("class") or () if isinstance(node, turbohtml.Element) else ()
    if "fr-sr-only" in words:
        above = node.parent.attrs.get("class") if isinstance(node.parent, turbohtml.Element) else ()
        return "vigie-definition" in (above or ())
    return "vigie-definition__text" in words
