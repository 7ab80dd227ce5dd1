"""Arguments win over variables, variables over defaults; a wrong value is named with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from keikaku.settings import SETTINGS, resolve_settings
from ontology.errors import SettingsError

WRONG = [
    ("KEIKAKU_PORT", "70000", "65535"),
    ("KEIKAKU_PORT", "http", "数を指定してください"),
    ("KEIKAKU_WORKERS", "0", "1 以上"),
    ("KEIKAKU_QUERY_TIMEOUT", "-3", "秒数"),
    ("KEIKAKU_QUERY_TIMEOUT", "nan", "秒数"),
    ("KEIKAKU_BASE_IRI", "keikaku.example", "http://keikaku.example.lg.jp/"),
    ("KEIKAKU_BASE_IRI", "http://町 役場/", "アドレス"),
    ("KEIKAKU_BASE_IRI", "http://town.example/?q=1", "アドレス"),
    ("KEIKAKU_HOST", "http://localhost", "127.0.0.1"),
    ("KEIKAKU_ALLOW_ORIGINS", "portal.example.lg.jp", "オリジン"),
]


def test_defaults() -> None:
    settings = resolve_settings({}, {})
    assert settings.data_dir == Path("data")
    assert settings.base_iri == "http://localhost:8000/"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.labels_file is None
    assert settings.service.allow_origins == ()
    assert settings.service.query_timeout == 30.0


def test_precedence() -> None:
    environ = {"KEIKAKU_DATA": "from-variable", "KEIKAKU_PORT": "9000", "KEIKAKU_HOST": ""}
    settings = resolve_settings({"data_dir": "from-argument", "port": None}, environ)
    assert settings.data_dir == Path("from-argument")
    assert settings.port == 9000
    assert settings.host == "127.0.0.1"  # an empty variable is no setting


@pytest.mark.parametrize(
    ("given", "expected"),
    [("http://town.example", "http://town.example/"), ("https://town.example/plans/", "https://town.example/plans/")],
)
def test_the_base_iri_ends_with_a_slash(given: str, expected: str) -> None:
    assert resolve_settings({}, {"KEIKAKU_BASE_IRI": given}).base_iri == expected


def test_origins_are_split() -> None:
    settings = resolve_settings({}, {"KEIKAKU_ALLOW_ORIGINS": "https://a.example.lg.jp/, http://b.example:8080"})
    assert settings.service.allow_origins == ("https://a.example.lg.jp", "http://b.example:8080")


@pytest.mark.parametrize(("variable", "value", "hint"), WRONG)
def test_a_wrong_value_is_named(variable: str, value: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=variable) as error:
        resolve_settings({}, {variable: value})
    assert hint in str(error.value)


def test_a_wrong_argument_is_named_as_it_was_typed() -> None:
    with pytest.raises(SettingsError, match="--port: 「x」"):
        resolve_settings({"port": "x"}, {})


def test_every_default_can_be_read() -> None:
    assert len([setting.read(setting.default) for setting in SETTINGS]) == len(SETTINGS)
