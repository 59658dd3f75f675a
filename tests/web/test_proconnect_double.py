"""The double refuses what ProConnect refuses: otherwise what works here would fail there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from werkzeug.datastructures import MultiDict

from proconnect_double.authorisation import Authorisation, read
from proconnect_double.people import LEVELS, DoublePerson, Service, read_people
from proconnect_double.provider import Provider
from proconnect_double.server import ProductionError, served
from tests.support.proconnect import person, query_of

HERE, OUT = "http://localhost/retour", "http://localhost/sortie"
GOOD = {
    "response_type": "code", "client_id": "vigie", "redirect_uri": HERE, "scope": "openid email", "state": "s" * 32, "nonce": "n" * 32,
}  # fmt: skip


@pytest.fixture
def double() -> Iterator[Provider]:
    """The double alone, without Vigie."""
    service = Service(
        client_id="vigie", client_secret="secret", redirect_uris=(HERE,), post_logout_redirect_uris=(OUT,)
    )  # fmt: skip
    people = [person("alice"), person("faible", acr="eidas1")]
    with served(Provider(people=people, service=service)) as provider:
        yield provider


def ask(double: Provider, **changes: str | None) -> requests.Response:
    """The answer to the good request, but for ``changes``; ``None`` leaves a parameter out."""
    query = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return requests.get(
        f"{double.issuer}/authorize", params=query, allow_redirects=False, timeout=5
    )


def token(double: Provider, **changes: str) -> requests.Response:
    """The answer to a code issued for alice, but for ``changes``."""
    asked = double.grants.issue(_asked(double), double.people[0])
    form = {
        "grant_type": "authorization_code", "client_id": "vigie", "client_secret": "secret", "redirect_uri": HERE, "code": asked,
        **changes,
    }  # fmt: skip
    return requests.post(f"{double.issuer}/token", data=form, timeout=5)


def _asked(double: Provider) -> Authorisation:
    return read(MultiDict(GOOD), double.service)


def test_a_good_request_lets_one_choose(double: Provider) -> None:
    answer = ask(double)
    assert answer.status_code == 200
    assert "Choisir un agent fictif" in answer.text
    assert "Alice Fictif" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"max_age": "0"},
        {"code_challenge": "x" * 43},
        {"state": "s" * 31},
        {"state": None},
        {"nonce": "n" * 31},
        {"nonce": "é" * 32},
        {"nonce": None},
        {"scope": None},
        {"claims": "{"},
        {"claims": '{"other": {}}'},
    ],
)
def test_what_proconnect_does_not_know_is_a_bad_request(
    double: Provider, changes: dict[str, str | None]
) -> None:
    answer = ask(double, **changes)
    assert answer.status_code == 400
    assert "Y000400" in answer.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "autre"}, "invalid_client"),
        ({"redirect_uri": HERE + "/"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://ailleurs.invalid/"}, "invalid_redirect_uri"),
    ],
)
def test_a_stranger_is_not_sent_back(
    double: Provider, changes: dict[str, str | None], code: str
) -> None:
    answer = ask(double, **changes)
    assert answer.status_code == 400
    assert code in answer.text
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"scope": "email"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "dance"}, "invalid_request"),
    ],
)
def test_other_refusals_go_back_to_the_service(
    double: Provider, changes: dict[str, str | None], error: str
) -> None:
    answer = ask(double, **changes)
    assert answer.status_code == 303
    told = query_of(answer.headers["Location"])
    assert (told["error"], told["state"]) == (error, GOOD["state"])


def test_a_repeated_parameter_is_a_bad_request(double: Provider) -> None:
    answer = requests.get(
        f"{double.issuer}/authorize", params=[*GOOD.items(), ("state", "t" * 32)], timeout=5
    )
    assert "Y000400" in answer.text


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({}, 200, None),
        ({"client_secret": "autre"}, 401, "invalid_client"),
        ({"client_id": "autre"}, 401, "invalid_client"),
        ({"redirect_uri": HERE + "/"}, 400, "invalid_grant"),
        ({"code": "inconnu"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"code_verifier": "v" * 43}, 400, "invalid_request"),
    ],
)
def test_a_token_is_for_the_service_that_asked(
    double: Provider, changes: dict[str, str], status: int, error: str | None
) -> None:
    answer = token(double, **changes)
    assert (answer.status_code, answer.json().get("error")) == (status, error)


def test_the_secret_is_read_in_the_form_only(double: Provider) -> None:
    code = double.grants.issue(_asked(double), double.people[0])
    form = {"grant_type": "authorization_code", "redirect_uri": HERE, "code": code}
    answer = requests.post(f"{double.issuer}/token", data=form, auth=("vigie", "secret"), timeout=5)
    assert answer.status_code == 400


def test_a_code_used_twice_revokes_what_it_gave(double: Provider) -> None:
    code = double.grants.issue(_asked(double), double.people[0])
    given = token(double, code=code).json()["access_token"]
    headers = {"Authorization": f"Bearer {given}"}
    address = f"{double.issuer}/userinfo"
    answer = requests.get(address, headers=headers, timeout=5)
    assert answer.headers["Content-Type"] == "application/jwt"
    assert token(double, code=code).json()["error"] == "invalid_grant"
    assert requests.get(address, headers=headers, timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"post_logout_redirect_uri": OUT + "/"}, "Y030111"),
        ({"state": "s"}, "Y000400"),
        ({"id_token_hint": "abc.def.ghi"}, "invalid_request"),
        ({"id_token_hint": ""}, "Y000400"),
        ({"client_id": "vigie"}, "Y000400"),
    ],
)
def test_signing_out_is_as_strict(double: Provider, changes: dict[str, str], code: str) -> None:
    hint = token(double).json()["id_token"]
    query = {"id_token_hint": hint, "state": "s" * 32, "post_logout_redirect_uri": OUT}
    address = f"{double.issuer}/session/end"
    good = requests.get(address, params=query, allow_redirects=False, timeout=5)
    assert good.headers["Location"] == f"{OUT}?state={'s' * 32}"
    answer = requests.get(address, params={**query, **changes}, timeout=5)
    assert answer.status_code == 400
    assert code in answer.text


def test_it_answers_on_the_loopback_only(double: Provider) -> None:
    assert double.issuer.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("said", ["production", "Production", "prod"])
def test_it_never_starts_in_production(
    double: Provider, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("VIGIE_ENV", said)
    with pytest.raises(ProductionError), served(double):
        pass


def test_people_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    known = {"sub": "1", "email": "a@b.invalid", "given_name": "A", "usual_name": "B"}
    path.write_text(json.dumps([{**known, "acr": LEVELS[-1]}]))
    assert read_people(path) == (DoublePerson(**known, acr="eidas3"),)
    for wrong in ({**known, "acr": "eidas9"}, {**known, "password": "x"}, {"sub": "1"}):
        path.write_text(json.dumps([wrong]))
        with pytest.raises(ValueError, match=r"eidas9|password|missing"):
            read_people(path)
