"""Settings: half a mail server is refused at the start, with one sentence."""

from typing import Any

import pytest

from app.settings import MailSettings, SettingsRefusedError, read_settings

WHOLE = {
    "CIMS_MAIL__HOST": "mail.example.com",
    "CIMS_MAIL__SENDER": "cims@example.com",
    "CIMS_MAIL__LINK_BASE": "https://crm.example.com",
}


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read the mail settings out of an environment."""

    def read(**values: str) -> MailSettings:
        read_settings.cache_clear()
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        try:
            return read_settings().mail
        finally:
            read_settings.cache_clear()

    return read


def test_without_a_host_there_is_no_mail(start: Any) -> None:
    """Nothing needs to be set to run without mail."""
    assert not start().is_there


def test_with_a_host_there_is(start: Any) -> None:
    """STARTTLS on the port for it is what a mail server usually wants."""
    mail = start(**WHOLE)

    assert (mail.is_there, mail.port, mail.security, mail.domain) == (
        *(True, 587, "starttls", "example.com"),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIMS_MAIL__SENDER", "nobody"),
        ("CIMS_MAIL__SENDER", "cims@example.com\r\nBcc: other@example.com"),
        ("CIMS_MAIL__LINK_BASE", ""),
        ("CIMS_MAIL__LINK_BASE", "javascript:alert(1)"),
        ("CIMS_MAIL__LINK_BASE", "https://crm.example.com/#part"),
        ("CIMS_MAIL__SECURITY", "none"),
    ],
)
def test_half_a_server_is_refused(start: Any, name: str, value: str) -> None:
    """No start without a sender and pages, or with passwords sent in clear to elsewhere."""
    with pytest.raises(SettingsRefusedError, match="CIMS_MAIL"):
        start(**{**WHOLE, name: value})
