"""In production, what would not hold is refused at start: keys, addresses, secrets of another process, providers in clear."""

from pathlib import Path

import pytest

from app.core.database import endpoints
from config import MissingSettingError, RefusedSettingError
from config.web import hosts_of, proconnect_origin
from tests.support.instances import GOOD, KNOWN, LONG, OTHER, PRODUCTION, FromEnv, private

pytest_plugins = ["tests.support.settings"]


@pytest.mark.parametrize("said", ["production", "Production", "PRODUCTION", " production\n"])
def test_production_is_production_however_it_is_written(from_env: FromEnv, said: str) -> None:
    given = {**PRODUCTION, "VIGIE_ENV": said}
    with pytest.raises(MissingSettingError) as missing:
        from_env(**{**given, "VIGIE_SECRET_KEY": ""})
    assert str(missing.value) == "VIGIE_SECRET_KEY doit être défini lorsque VIGIE_ENV=production."
    config = from_env(**given)
    assert config.production
    assert "127.0.0.1" not in hosts_of(config)


WEAK = {
    "VIGIE_SECRET_KEY": ("doit avoir 32 caractères au moins", ["a", "0123456789abcdef0123456789abcde", "a" * 64, "ab" * 40]),
    "VIGIE_JOURNAL_KEY": ("doit avoir 32 caractères au moins", ["b", "x" * 32]),
    "VIGIE_SMTP_PASSWORD": ("ne doit pas être une clé de Vigie", [LONG, OTHER]),
    "VIGIE_PROCONNECT_CLIENT_SECRET": ("ne doit pas être une clé de Vigie", [LONG, OTHER]),
    "VIGIE_PROXIES": ("doit valoir 1 ou plus", ["0"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, (_, values) in WEAK.items() for value in values]
)
def test_production_refuses_what_would_not_hold(from_env: FromEnv, name: str, value: str) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        from_env(**{**PRODUCTION, name: value})
    assert str(refused.value).startswith(f"{name} {WEAK[name][0]}")
    assert value not in str(refused.value) or name == "VIGIE_PROXIES" or len(value) == 1
    private = {**PRODUCTION, "VIGIE_ENV": "", name: value}
    assert from_env(**private).production is False


def test_production_refuses_one_key_for_two_uses(from_env: FromEnv) -> None:
    with pytest.raises(RefusedSettingError, match="VIGIE_JOURNAL_KEY doit être une autre clé"):
        from_env(**{**PRODUCTION, "VIGIE_JOURNAL_KEY": LONG})


URLS = {
    "DATABASE_URL": "postgresql://owner:secret@bdd/vigie",
    "DATABASE_APP_URL": "postgresql://vigie_app:other@bdd/vigie",
}


@pytest.mark.parametrize("name", ["DATABASE_URL", "VIGIE_JOURNAL_KEY"])
def test_in_production_the_web_process_is_given_nothing_that_owns(
    from_env: FromEnv, name: str
) -> None:
    everything = {**PRODUCTION, **URLS}
    allowed = {
        key: value
        for key, value in everything.items()
        if key not in {"DATABASE_URL", "VIGIE_JOURNAL_KEY"}
    }
    config = from_env(serves=True, **allowed)
    assert (config.database_url, config.journal_key) == (None, "")
    assert not config.is_embedded
    assert endpoints.endpoints(config).owner_url is None
    with pytest.raises(RefusedSettingError) as refused:
        from_env(serves=True, **{**allowed, name: everything[name]})
    assert str(refused.value).startswith(f"{name} ne se donne pas au processus web")
    from_env(**everything)


def test_a_private_web_process_draws_no_key_for_the_journal(
    from_env: FromEnv, tmp_path: Path
) -> None:
    assert from_env(serves=True).journal_key == ""
    assert not (tmp_path / "secrets" / "vigie_journal_key").exists()


def test_what_needs_a_key_or_the_owner_says_which_is_missing(from_env: FromEnv) -> None:
    without = {"VIGIE_JOURNAL_KEY": "", "DATABASE_URL": ""}
    config = from_env(**{**PRODUCTION, **URLS, **without})
    with pytest.raises(MissingSettingError, match="VIGIE_JOURNAL_KEY doit être défini"):
        config.require_journal_key()
    with pytest.raises(endpoints.DatabaseError, match="DATABASE_URL doit être défini"):
        endpoints.endpoints(config).require_owner_url()


@pytest.mark.parametrize("url", ["", "http://vigie.exemple.invalid", "http://127.0.0.1:5000"])
def test_production_does_not_let_the_session_go_in_clear(from_env: FromEnv, url: str) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        from_env(**{**PRODUCTION, "VIGIE_PUBLIC_URL": url})
    told = "VIGIE_PUBLIC_URL doit commencer par https:// lorsque VIGIE_ENV=production."
    assert str(refused.value) == told


def test_a_demonstration_is_not_in_production() -> None:
    assert private(GOOD, production=False, demo="1", **KNOWN).demo
    with pytest.raises(RefusedSettingError, match="VIGIE_DEMO ne va pas avec VIGIE_ENV=production"):
        private(GOOD, production=True, demo="1", **KNOWN)


@pytest.mark.parametrize("production", [True, False])
def test_a_provider_by_https_will_do(production: bool) -> None:
    assert proconnect_origin(private(GOOD, production=production)) == "https://auth.exemple.invalid"


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
    assert private(issuer, production=False).proconnect_issuer == issuer
    with pytest.raises(RefusedSettingError, match="production"):
        private(issuer, production=True)


@pytest.mark.parametrize("production", [True, False])
def test_a_provider_in_clear_is_refused(production: bool) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        private("http://auth.exemple.invalid/api/v2", production=production)
    assert str(refused.value) == "VIGIE_PROCONNECT_ISSUER doit commencer par https://."


@pytest.mark.parametrize("missing", KNOWN)
def test_a_provider_without_its_keys_is_refused(missing: str) -> None:
    with pytest.raises(MissingSettingError) as told:
        private(GOOD, production=True, **{**KNOWN, missing: ""})
    assert str(told.value) == f"VIGIE_{missing.upper()} doit accompagner VIGIE_PROCONNECT_ISSUER."
