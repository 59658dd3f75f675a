"""An instance does not start with a provider of identities that somebody else could play."""

from pathlib import Path

import pytest

from app.core.database.operator import sentence
from config import Config, MissingSettingError, RefusedSettingError, SettingError

GOOD = "https://auth.exemple.invalid/api/v2"
KNOWN = {"proconnect_client_id": "vigie", "proconnect_client_secret": "secret"}


def _config(issuer: str, *, production: bool, **settings: str) -> Config:
    return Config(
        home=Path("home"), secret_key="x", journal_key="x", production=production,
        proconnect_issuer=issuer, **(settings or KNOWN),
    )  # fmt: skip


@pytest.mark.parametrize("production", [True, False])
def test_a_provider_by_https_will_do(production: bool) -> None:
    assert _config(GOOD, production=production).proconnect_origin == "https://auth.exemple.invalid"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1:9000", "127.1", "2130706433", "0", "localhost", "LOCALHOST", "localhost.",
        "pc.localhost", "[::1]", "[::ffff:127.0.0.1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_production_never_signs_in_by_this_machine(host: str, scheme: str) -> None:
    issuer = f"{scheme}://{host}/api/v2"
    assert _config(issuer, production=False).proconnect_issuer == issuer
    with pytest.raises(RefusedSettingError, match="production"):
        _config(issuer, production=True)


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize(
    "issuer",
    ["http://auth.exemple.invalid/api/v2", GOOD + "/", "auth.exemple.invalid", "ftp://auth.exemple.invalid", "https://"],
)  # fmt: skip
def test_a_provider_in_clear_or_badly_written_is_refused(issuer: str, production: bool) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        _config(issuer, production=production)
    assert sentence(refused.value) == str(refused.value)


@pytest.mark.parametrize("missing", KNOWN)
def test_a_provider_without_its_keys_is_refused(missing: str) -> None:
    with pytest.raises(MissingSettingError, match="CLIENT_SECRET"):
        _config(GOOD, production=True, **{**KNOWN, missing: ""})


def test_the_secret_comes_from_the_environment_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_PROCONNECT_ISSUER", GOOD)
    monkeypatch.setenv("VIGIE_PROCONNECT_CLIENT_ID", "vigie")
    with pytest.raises(SettingError):
        Config.from_env()
    monkeypatch.setenv("VIGIE_PROCONNECT_CLIENT_SECRET", "tres-secret")
    config = Config.from_env()
    assert config.proconnect_client_secret == "tres-secret"
    assert "tres-secret" not in repr(config)
