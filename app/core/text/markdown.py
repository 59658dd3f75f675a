"""Agents' texts as HTML: a subset of Markdown, then an allow-list. Nothing they type is executed or loaded."""

import mistune
import nh3
from markupsafe import Markup

#: no heading (the page owns its outline), no image (nothing is loaded from elsewhere)
TAGS = {"a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "strong", "ul"}
SCHEMES = ("http://", "https://", "mailto:")


class _Renderer(mistune.HTMLRenderer):
    """Mistune's HTML renderer, except that headings become bold paragraphs."""

    def heading(self, text: str, level: int, **attrs: object) -> str:  # noqa: ARG002
        """Render a bold paragraph: the page owns its outline."""
        return f"<p><strong>{text}</strong></p>\n"


_parse = mistune.create_markdown(
    renderer=_Renderer(escape=True), hard_wrap=True, plugins=["strikethrough", "url"]
)


def _absolute(_tag: str, name: str, value: str) -> str | None:
    """Drop relative links: they could pass for pages of Vigie."""
    if name == "href" and not value.lower().startswith(SCHEMES):
        return None
    return value


def markdown(text: str) -> Markup:
    """``text`` as safe HTML: paragraphs, emphasis, lists, quotations, code, links to http, https and mailto."""
    cleaned = nh3.clean(
        str(_parse(text)),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_absolute,
        link_rel="noopener noreferrer",
    )
    return Markup(cleaned)  # noqa: S704 - nh3 has just cleaned it
