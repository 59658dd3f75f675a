"""Addresses of pages, from the names of their routes, inside a request or outside one: tasks and e-mails have none."""

from typing import Any

from flask import current_app, url_for


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page on this site."""
    return url_for(endpoint, _external=False, **values)


def address_of(endpoint: str, **values: Any) -> str:
    """The address of a page for an e-mail: always under the instance's public URL, whatever triggered the e-mail."""
    public_url: str = current_app.config["VIGIE"].public_url
    return public_url.rstrip("/") + path_to(endpoint, **values)
