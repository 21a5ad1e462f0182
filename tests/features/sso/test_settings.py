"""The settings of a provider: what is unsafe or contradicts itself stops the start."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import SettingsRefusedError, read_settings
from app.settings.providers import SsoSettings, travels_safely
from tests.features.sso.conftest import provider_settings

ISSUER = "https://login.example.com"


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://login.example.com", True),
        ("https://login.example.com:8443/realm", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost/x", True),
        ("http://[::1]:9", True),
        ("http://login.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://", False),
        ("https://login.example.com/#x", False),
        ("http://[::1", False),
        ("ftp://localhost", False),
        ("", False),
    ],
)
def test_what_travels_safely(address: str, *, is_safe: bool) -> None:
    """By https, or within this machine."""
    assert travels_safely(address) is is_safe


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://login.example.com"},
        {"redirect_uri": "http://cims.example.com/back"},
        {"scopes": ["profile"]},
        {"client_id": ""},
        {"unknown": 1},
        {"client_secret_file": "/nowhere"},
        {"client_secret": None, "client_secret_file": "/nowhere"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    """Addresses that can be listened to, two secrets, a secret that is not there."""
    with pytest.raises(ValidationError):
        provider_settings(**{"issuer": ISSUER, **wrong})


@pytest.mark.parametrize("name", ["", "Company", "a/b", "x" * 41])
def test_names_are_plain(name: str) -> None:
    """A provider's name stands in addresses."""
    with pytest.raises(ValidationError):
        SsoSettings(providers={name: provider_settings(ISSUER)})


def test_secret_stands_in_a_private_file(tmp_path: Path) -> None:
    """It is read without the end of its line; one that others may read is refused."""
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    path.chmod(0o600)
    members = {"client_secret": None, "client_secret_file": path}

    assert provider_settings(ISSUER, **members).secret() == "from a file"
    assert "from a file" not in repr(provider_settings(ISSUER, **members))
    path.chmod(0o640)
    with pytest.raises(ValidationError, match="chmod 600"):
        provider_settings(ISSUER, **members)


def test_providers_are_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """They come as a JSON object; what is wrong with one stops the start without its secret."""
    members = f'"issuer": "{ISSUER}", "client_id": "x", "client_secret": "canary-4711"'
    good = f'{{"company": {{{members}, "redirect_uri": "https://cims.example.com/back"}}}}'
    monkeypatch.setenv("CIMS_SSO__PROVIDERS", good)
    read_settings.cache_clear()
    company = read_settings().sso.providers["company"]
    monkeypatch.setenv("CIMS_SSO__PROVIDERS", good.replace("https://cims", "http://cims"))
    read_settings.cache_clear()

    with pytest.raises(SettingsRefusedError, match="redirect_uri") as refused:
        read_settings()

    assert company.secret() == "canary-4711"
    assert "canary-4711" not in f"{refused.value} {company!r}"
    read_settings.cache_clear()
