"""Every e-mail of Vigie: sentences, lists below them, one link. Rendered in one place, as text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True, kw_only=True)
class Part:
    """A paragraph, the list and the link below it."""

    text: str
    lines: Sequence[str] = ()
    #: what may be done of it
    link: "Link | None" = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """The words of a link and its absolute address."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What an e-mail says: a subject that names no firm, its parts, the page where the reader can act, and last words."""

    subject: str
    parts: Sequence[Part]
    #: none when nothing is left to do
    action: Link | None = None
    closing: str = ""
    #: a second link, beside the last words
    opt_out: Link | None = None
    #: what stops such e-mails in one click, without signing in; none: only `opt_out` does
    one_click_url: str | None = None


def render(letter: Letter) -> tuple[str, str]:
    """The body of ``letter``, as text and as HTML."""
    # Not `render_template`: there may be no request, and nothing of a page's context belongs in an e-mail.
    templates = current_app.jinja_env
    text, html = (
        templates.get_template(f"mail/letter.{kind}").render(letter=letter)
        for kind in ("txt", "html")
    )
    return text, html
