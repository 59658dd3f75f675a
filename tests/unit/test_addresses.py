"""What an address of an agent may be."""

import pytest

from app.core.text.addresses import is_address


@pytest.mark.parametrize(
    "text",
    ["jeanne.bon@exemple.fr", "o'neil+vigie@exemple.gouv.fr", "a@b.c.exemple.fr", "aline@demo.invalid", "é@exemple.fr",
     "a@préfecture.fr", "x" * 64 + "@exemple.fr"],
)  # fmt: skip
def test_an_address_that_may_be_written_to_is_taken(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "jeanne", "@exemple.fr", "a@", "a@exemple", "a b@exemple.fr", "a@b@exemple.fr", "a..b@exemple.fr", "a.@exemple.fr",
     "a@exemple..fr", "a@-exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr", "Aline <a@exemple.fr>", "a@exemple.fr, b@exemple.fr",
     "a@[192.0.2.1]", "x" * 65 + "@exemple.fr", "a@" + "x" * 64 + ".fr", "root@localhost", "a@exemple.local", "\x00@exemple.fr"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    assert not is_address(text)
