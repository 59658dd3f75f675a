"""An instance starts with settings that it understands, or says what it does not: never the unsafe way, never in silence."""

from pathlib import Path

import pytest

from app.core.database.operator import sentence
from config import ROOT, RefusedSettingError, SettingError
from config.settings import VARIABLES
from config.web import flask_settings
from tests.support.instances import GOOD, FromEnv, private

pytest_plugins = ["tests.support.settings"]
SECRETS = (
    "VIGIE_SECRET_KEY", "VIGIE_JOURNAL_KEY", "VIGIE_SMTP_PASSWORD", "VIGIE_PROCONNECT_CLIENT_SECRET",
)  # fmt: skip
#: bytes that are not UTF-8, as the system hands them over
NOT_TEXT = "abc\udcff"
FLAG = (
    ["yes", "y", "vrai", "2", "-1", "tru", "1 1"],
    "doit valoir 1, true, oui ou on, ou bien 0, false, non ou off.",
)
LIMIT = (["0", "-1", "1,5", "cent", "0x10", NOT_TEXT], "doit être un nombre entier, 1 ou plus.")
DATABASE = (
    [
        "n’importe quoi", "mysql://u:s3same@h/b", "postgresql://h/b", "postgresql://u:s3same@h", "//u:s3same@h/b",
        "postgresql://u:s3same@h:x/b", NOT_TEXT,
    ],
    "doit s’écrire postgresql://rôle:mot-de-passe@serveur:port/base.",
)  # fmt: skip
TEXT = ([NOT_TEXT], "doit être un texte en UTF-8.")
LINE = (
    ["a\nb", "a\tb", "x" * 201, NOT_TEXT],
    "doit tenir sur une ligne, en 200 caractères au plus.",
)
#: for each variable, what is not understood and what is said of it
REFUSED = {
    "VIGIE_HOME": ([__file__, NOT_TEXT], "doit être le chemin d’un dossier, en UTF-8."),
    "VIGIE_ENV": (
        ["prod", "production,", "1", "true", "staging", "développement"],
        "n’accepte que « production » ; sans valeur, l’instance est privée.",
    ),
    "VIGIE_SECRET_KEY": TEXT,
    "VIGIE_JOURNAL_KEY": TEXT,
    "DATABASE_URL": DATABASE,
    "DATABASE_APP_URL": DATABASE,
    "DATABASE_READ_URL": DATABASE,
    "DATABASE_BACKUP_URL": DATABASE,
    "VIGIE_SMTP_HOST": (
        ["smtp.exemple.fr:587", "smtp://smtp.exemple.fr", "a b", "a..b", ".fr", "é" * 64, "1::2::3"],
        "doit être un nom de serveur ou une adresse IP, sans port.",
    ),
    "VIGIE_SMTP_PORT": (
        ["abc", "0", "65536", "-25", "25 587", "25.5", "0x19", "9" * 5000, NOT_TEXT],
        "doit être un nombre entier de 1 à 65535.",
    ),
    "VIGIE_SMTP_STARTTLS": FLAG,
    "VIGIE_SMTP_USER": TEXT,
    "VIGIE_SMTP_PASSWORD": TEXT,
    "VIGIE_MAIL_FROM": (
        [
            "Vigie", "Vigie <vigie>", "a@b.fr, c@d.fr", "Vigie, DGE <a@b.fr>", "Vigie <a@b.fr", "a@", "@b.fr", "a@b..fr",
            "Vigie a@b.fr", "a@b.fr\nBcc: c@d.fr", "Vi\ngie <a@b.fr>", NOT_TEXT,
        ],
        "doit s’écrire adresse@domaine ou Nom <adresse@domaine>.",
    ),
    "VIGIE_PUBLIC_URL": (
        [
            "vigie.exemple.fr", "ftp://vigie.exemple.fr", "https://", "https:///aide", "https://v.fr/vigie", "https://v.fr?a=b",
            "https://v.fr/#haut", "https://u:s3same@v.fr", "https://v.fr:0", "https://v.fr:99999", "https://v.fr:", "https://[::1",
            "https://v .fr", "https://v.fr\n.invalid", "https://v.fr\\@x.fr", "https://vigie..fr", NOT_TEXT,
        ],
        "doit s’écrire https://domaine ou http://domaine:port, sans rien derrière.",
    ),
    "VIGIE_CONTACT": (
        ["la préfecture", "mailto:a@b.fr", "Accès <a@b.fr>", "a@b@c.fr", "a@", "https://v.fr", "a b@c.fr", "é@b.fr"],
        "doit être une adresse électronique.",
    ),
    "VIGIE_PUBLISHER": LINE,
    "VIGIE_PUBLICATION_DIRECTOR": LINE,
    "VIGIE_HOSTING": LINE,
    "VIGIE_SECURITY_CONTACT": (
        ["https://v.fr", "mailto:a@b.fr", "a@", "la sécurité"],
        "doit être une adresse électronique.",
    ),
    "VIGIE_BUDGET": (
        ["beaucoup", "2026", "2026:-1", "2026:1,5", "2026:1,2026:2", "1789:1", "2026:1;2027:2", "26:100000", NOT_TEXT],
        "doit donner des années, une fois chacune, et leurs montants en euros entiers, comme 2026:250000, 2027:300000.",
    ),
    "VIGIE_PROCONNECT_ISSUER": (
        [GOOD + "/", "auth.exemple.invalid", "ftp://auth.exemple.invalid", "https://", GOOD + "?a=b", "https://u:s3same@v.fr"],
        "doit s’écrire https://domaine/api/v2, sans barre à la fin.",
    ),
    "VIGIE_PROCONNECT_CLIENT_ID": TEXT,
    "VIGIE_PROCONNECT_CLIENT_SECRET": TEXT,
    "VIGIE_TRUSTED_HOSTS": (
        ["https://v.fr", "v.fr:8443", "*", ".", "*.v.fr", "v.fr;w.fr", "a..b", "v.fr/aide", "::1", "bon.fr, ma uvais!"],
        "doit donner des noms de site, sans https:// ni port, séparés par des virgules ou des espaces.",
    ),
    "VIGIE_PROXIES": (["-1", "un", "1.5", "10.0.0.1"], "doit être un nombre entier, 0 ou plus."),
    "VIGIE_DEMO": FLAG,
    "VIGIE_DAILY_READINGS": LIMIT,
    "VIGIE_DAILY_LISTED": LIMIT,
    "VIGIE_SEARCHES_PER_MINUTE": LIMIT,
    "VIGIE_EXPORTS_PER_HOUR": LIMIT,
    "VIGIE_API_READINGS_PER_MINUTE": LIMIT,
    "VIGIE_CALENDAR_READINGS_PER_HOUR": LIMIT,
    "VIGIE_GUICHET_PER_HOUR": LIMIT,
    "VIGIE_GUICHET_MONTHS": LIMIT,
    "VIGIE_UPLOAD_MEGABYTES": LIMIT,
    "VIGIE_REPLICA_SECONDS": LIMIT,
    "VIGIE_BACKUP_KEY": (
        ["secret", "age1q38zdfk7jgqrsq26qqt6snek9qz0mqds30fjn8e4wxsf90kgza7qcwvxar", "AGE-SECRET-KEY-1BBB"],
        "doit être une clé de age, AGE-SECRET-KEY-1… : flask --app wsgi instance backup-key en tire une.",
    ),
    "VIGIE_BACKUP_TO": ([__file__, NOT_TEXT], "doit être le chemin d’un dossier, en UTF-8."),
    "VIGIE_BACKUP_KEEP": (
        ["7", "7/5", "7/5/0", "7/5/12/1", "sept/5/12"],
        "doit donner trois nombres, 1 ou plus : sauvegardes par jour, par semaine et par mois, comme 7/5/12.",
    ),
    "VIGIE_BACKUP_HOURS": LIMIT,
    "VIGIE_METRICS_TOKEN": (
        ["court", "x" * 31, "a b" * 20, "é" * 40, NOT_TEXT],
        "doit avoir 32 caractères au moins, tirés au sort, sans espace ni accent.",
    ),
    "VIGIE_HOMOLOGATION_UNTIL": (
        ["bientôt", "31/12/2027", "2027", "20271231", "2027-13-01", "2027-W01-1", NOT_TEXT],
        "doit être un jour, écrit comme 2027-12-31.",
    ),
    "VIGIE_LAKE_URL": (
        ["compartiment", "https://s3.exemple.invalid/lac", "s3://", "s3://lac/", "s3://Lac", "s3://lac/a b", "s3://u:s3same@lac", NOT_TEXT],
        "doit s’écrire s3://compartiment ou s3://compartiment/dossier, sans barre à la fin.",
    ),
    "VIGIE_LAKE_ENDPOINT": (
        ["s3.exemple.invalid", "https://s3.exemple.invalid/lac", "https://u:s3same@v.fr", NOT_TEXT],
        "doit s’écrire https://domaine ou http://domaine:port, sans rien derrière.",
    ),
    "VIGIE_LAKE_KEY": TEXT,
    "VIGIE_LAKE_SECRET": TEXT,
    "VIGIE_PG": (["whel", "Wheel", "1"], "n’accepte que « wheel »."),
}  # fmt: skip
TRUE = ["1", "true", "True", "TRUE", "oui", "OUI", "on", "On", " 1 ", "true\n"]
FALSE = ["0", "false", "False", "non", "Non", "off", "OFF", " 0\t", "", "  "]


def test_every_variable_says_what_it_refuses() -> None:
    assert set(REFUSED) == set(VARIABLES)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, (values, _) in REFUSED.items() for value in values]
)
def test_what_is_not_understood_is_refused_in_one_sentence(
    from_env: FromEnv, name: str, value: str
) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        from_env(**{name: value})
    assert str(refused.value) == f"{name} {REFUSED[name][1]}"
    assert sentence(refused.value) == str(refused.value)


@pytest.mark.parametrize("name", ["VIGIE_SMTP_STARTTLS", "VIGIE_DEMO"])
@pytest.mark.parametrize(
    ("value", "meant"), [*((v, True) for v in TRUE), *((v, False) for v in FALSE)]
)
def test_a_yes_is_a_yes_and_a_no_is_a_no(
    from_env: FromEnv, name: str, value: str, meant: bool
) -> None:
    assert getattr(from_env(**{name: value}), name.removeprefix("VIGIE_").lower()) is meant


@pytest.mark.parametrize(
    "url", ["HTTPS://Vigie.Exemple.invalid/", " https://vigie.exemple.invalid "]
)
def test_https_is_https_however_it_is_written(from_env: FromEnv, url: str) -> None:
    config = from_env(VIGIE_PUBLIC_URL=url)
    assert config.public_url == "https://vigie.exemple.invalid"
    assert flask_settings(config)["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("VIGIE_SMTP_STARTTL", "VIGIE_SMTP_STARTTLS"),
        ("VIGIE_STARTTLS", "VIGIE_SMTP_STARTTLS"),
        ("VIGIE_SMTP_TLS", "VIGIE_SMTP_STARTTLS"),
        ("VIGIE_PROXY", "VIGIE_PROXIES"),
        ("VIGIE_DATABASE_URL", "DATABASE_URL"),
        ("VIGIE_SECRETKEY", "VIGIE_SECRET_KEY"),
        ("vigie_env", "VIGIE_ENV"),
        ("Vigie_Smtp_Port", "VIGIE_SMTP_PORT"),
    ],
)
def test_a_misspelt_name_is_refused_and_the_right_one_offered(
    from_env: FromEnv, written: str, meant: str
) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        from_env(**{written: "1"})
    told = f"{written} n’est pas un réglage de Vigie : vouliez-vous dire {meant} ?"
    assert str(refused.value) == told


@pytest.mark.parametrize("written", ["VIGIE_COULEUR", "VIGIE_", "VIGIE_PRODUCTION"])
def test_a_name_that_resembles_none_is_refused(from_env: FromEnv, written: str) -> None:
    with pytest.raises(RefusedSettingError, match=f"^{written} n’est pas un réglage.*operations"):
        from_env(**{written: "1"})


def test_names_that_others_read_are_left_to_them(from_env: FromEnv) -> None:
    from_env(VIGIE_SERIES="ailleurs", VIGIE_SAMPLES="ailleurs", VIGIEX="1", SMTP_PORT="abc")


def test_all_faults_are_reported_at_once_one_per_line(from_env: FromEnv) -> None:
    with pytest.raises(RefusedSettingError) as refused:
        from_env(
            VIGIE_ENV="Production", VIGIE_SMTP_PORT="abc", VIGIE_SMTP_STARTTLS="yes", VIGIE_PROXY="1",
            VIGIE_TRUSTED_HOSTS="* .", VIGIE_PROCONNECT_ISSUER=GOOD,
        )  # fmt: skip
    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines] == [
        "VIGIE_SECRET_KEY", "VIGIE_SMTP_PORT", "VIGIE_SMTP_STARTTLS", "VIGIE_PUBLIC_URL", "VIGIE_PROCONNECT_CLIENT_ID",
        "VIGIE_PROCONNECT_CLIENT_SECRET", "VIGIE_TRUSTED_HOSTS", "VIGIE_PROXIES", "VIGIE_PROXY",
    ]  # fmt: skip


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_variable_is_an_unset_one(from_env: FromEnv, blank: str) -> None:
    names = [name for name in VARIABLES if name != "VIGIE_HOME"]
    assert from_env(**dict.fromkeys([*names, "VIGIE_INCONNU"], blank)) == from_env()


def test_spaces_around_a_value_are_no_part_of_it(from_env: FromEnv) -> None:
    config = from_env(
        VIGIE_SMTP_PORT=" 587 ", VIGIE_SMTP_HOST="smtp.exemple.fr\n", VIGIE_SECRET_KEY=" clé\n", VIGIE_CONTACT=" a@b.fr ",
        VIGIE_TRUSTED_HOSTS=" Un.fr ,.deux.fr  trois ", VIGIE_PG=" wheel ",
    )  # fmt: skip
    assert (config.smtp_port, config.smtp_host, config.secret_key) == (
        587,
        "smtp.exemple.fr",
        "clé",
    )
    assert (config.contact, config.trusted_hosts) == ("a@b.fr", ("un.fr", ".deux.fr", "trois"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://vigie_owner@/vigie?host=/run/postgresql", "postgres://u:p%40ss@db.exemple.fr:5432/vigie",
        "postgresql+psycopg://u:a#b/c@[::1]:5432/vigie?sslmode=require", "postgresql://u@h/b",
    ],
)  # fmt: skip
def test_a_database_is_reached_in_all_the_ways_of_postgresql(from_env: FromEnv, url: str) -> None:
    assert from_env(DATABASE_URL=url, DATABASE_APP_URL=url).database_url == url


@pytest.mark.parametrize(
    "sender",
    ["a@b.fr", "<a@b.fr>", "root@localhost", "Vigie – préproduction <a.b+c@b.fr>", '"Vigie, DGE" <a@b.fr>'],
)  # fmt: skip
def test_mail_comes_from_an_address_with_or_without_a_name(from_env: FromEnv, sender: str) -> None:
    assert from_env(VIGIE_MAIL_FROM=sender).mail_from == sender


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "smtp_relais", "relais.é.fr"])
def test_mail_goes_through_a_name_or_an_address(from_env: FromEnv, host: str) -> None:
    assert from_env(VIGIE_SMTP_HOST=host).smtp_host == host


def test_a_private_instance_generates_its_secrets_once(from_env: FromEnv, tmp_path: Path) -> None:
    drawn = from_env()
    assert len(drawn.secret_key) > 40
    assert drawn.secret_key != drawn.journal_key
    assert from_env() == drawn
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}


def test_nothing_secret_is_shown(from_env: FromEnv) -> None:
    url = "postgresql://u:s3same@h/b"
    config = from_env(
        DATABASE_URL=url, DATABASE_APP_URL=url, VIGIE_PROCONNECT_ISSUER=GOOD, VIGIE_PROCONNECT_CLIENT_ID="vigie",
        **dict.fromkeys(SECRETS, "s3same"),
    )  # fmt: skip
    assert config.proconnect_client_secret == "s3same"
    assert "s3same" not in repr(config) + str(config)


def test_no_value_is_repeated_by_a_refusal_nor_left_in_its_traceback(from_env: FromEnv) -> None:
    with pytest.raises(SettingError) as refused:
        from_env(**dict.fromkeys([*VARIABLES, "VIGIE_S3CRET"], "s3same /\udcff"))
    assert len(str(refused.value).splitlines()) == len(VARIABLES) + 1
    assert "s3same" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert "s3same" not in str(refused.value.__context__)


def test_an_instance_does_not_change_and_another_like_it_is_checked() -> None:
    config = private(GOOD, production=True)
    with pytest.raises(Exception, match="frozen"):
        config.production = False
    assert config.replace(smtp_port=25).smtp_port == 25
    assert config.smtp_port == 8025
    with pytest.raises(RefusedSettingError, match="VIGIE_SMTP_PORT"):
        config.replace(smtp_port=0)
    with pytest.raises(RefusedSettingError, match="VIGIE_PUBLIC_URL"):
        config.replace(public_url="http://vigie.exemple.invalid")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_mail_password_may_stay_on_this_machine(from_env: FromEnv, host: str) -> None:
    config = from_env(VIGIE_SMTP_HOST=host, VIGIE_SMTP_USER="vigie", VIGIE_SMTP_PASSWORD="secret")
    assert config.smtp_password == "secret"


def test_a_mail_password_does_not_leave_in_clear(from_env: FromEnv) -> None:
    far = {"VIGIE_SMTP_HOST": "smtp.exemple.invalid", "VIGIE_SMTP_PASSWORD": "secret"}
    with pytest.raises(RefusedSettingError) as refused:
        from_env(**far)
    assert str(refused.value) == (
        "VIGIE_SMTP_PASSWORD exige VIGIE_SMTP_STARTTLS=1 : il passerait en clair jusqu’au serveur de courriels."
    )
    assert from_env(**far, VIGIE_SMTP_STARTTLS="oui").smtp_password == "secret"


def test_the_home_is_by_default_next_to_the_code(
    from_env: FromEnv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"VIGIE_SECRET_KEY": "a", "VIGIE_JOURNAL_KEY": "b"}
    assert from_env(VIGIE_HOME="", **given).home == ROOT / "var"
    assert from_env(VIGIE_HOME="ici", **given).home == tmp_path / "ici"
