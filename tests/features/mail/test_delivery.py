"""Delivery: protected on its way, signed in where that is asked, and nothing put into headers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.clock import new_id
from app.features.mail.delivery import Delivery, NotDeliveredError, Posted
from app.features.mail.parcels import Parcel
from app.features.mail.templates import Letter
from app.settings import MailSecurity
from tests.features.mail.mailing import mail_settings
from tests.features.mail.sink import PASSWORD, USERNAME, Fault, Sink, a_certificate, a_sink

POSTED = Posted(new_id(), datetime(2026, 11, 24, tzinfo=UTC))
SIGNED_IN: dict[str, Any] = {"username": USERNAME, "password": SecretStr(PASSWORD)}


def a_parcel(address: str = "somebody@example.com", **words: str) -> Parcel:
    """Return a parcel."""
    return Parcel(
        address, Letter(**{"subject": "Hello", "text": "Hi", "html": "<p>Hi</p>", **words})
    )


async def handed(sink: Sink, parcel: Parcel | None = None, **values: Any) -> None:
    """Hand a message over."""
    async with Delivery(mail_settings(sink, seconds=2.0, **values)) as delivery:
        await delivery.hand_over(POSTED, parcel or a_parcel())


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_it_travels_protected(tmp_path: Path, security: MailSecurity) -> None:
    """By STARTTLS or by TLS from the first byte, signed in, to a server that is vouched for."""
    authorities, context = a_certificate(tmp_path)
    is_tls = security is MailSecurity.TLS
    async with a_sink(context, is_tls=is_tls, asks_for_password=True) as sink:
        await handed(sink, security=security, authorities=authorities, **SIGNED_IN)

        assert (sink.protected, sink.signed_in) == ([True], [True])


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_a_server_nobody_vouches_for_gets_nothing(
    tmp_path: Path, security: MailSecurity
) -> None:
    """A certificate of an unknown authority ends it before a password is sent."""
    _, context = a_certificate(tmp_path)
    async with a_sink(context, is_tls=security is MailSecurity.TLS) as sink:
        with pytest.raises(NotDeliveredError) as refused:
            await handed(sink, security=security, **SIGNED_IN)

        assert refused.value.is_general
        assert not refused.value.is_final
        assert sink.received == []


async def test_without_starttls_nothing_is_sent(own_sink: Sink) -> None:
    """A server, or somebody on the way, that hides STARTTLS does not get the message in clear."""
    own_sink.received.clear()
    with pytest.raises(NotDeliveredError) as refused:
        await handed(own_sink, security=MailSecurity.STARTTLS)

    assert refused.value.is_general
    assert own_sink.received == []


async def test_a_wrong_password_is_no_fault_of_the_message(tmp_path: Path) -> None:
    """535 holds no message: all of them wait until the operator has put it right."""
    authorities, context = a_certificate(tmp_path)
    async with a_sink(context, asks_for_password=True) as sink:
        with pytest.raises(NotDeliveredError) as refused:
            await handed(
                sink,
                security=MailSecurity.STARTTLS,
                authorities=authorities,
                username=USERNAME,
                password=SecretStr("wrong"),
            )

    assert (refused.value.is_general, refused.value.is_final) == (True, False)
    assert refused.value.trouble == "refused-535"


async def test_no_server_is_no_fault_of_the_message() -> None:
    """A port on which nobody answers: try later."""
    with pytest.raises(NotDeliveredError) as refused:
        await handed(Sink(port=1))

    assert (refused.value.trouble, refused.value.is_general) == ("unreachable", True)


async def test_a_connection_serves_several_messages(own_sink: Sink) -> None:
    """After a refusal the next message goes over the same connection."""
    own_sink.received.clear()
    own_sink.faults[:] = [Fault.UNKNOWN]
    async with Delivery(mail_settings(own_sink)) as delivery:
        with pytest.raises(NotDeliveredError) as refused:
            await delivery.hand_over(POSTED, a_parcel())
        await delivery.hand_over(POSTED, a_parcel())

    assert refused.value.is_final
    assert "somebody" not in f"{refused.value!r}{refused.value.__cause__!r}"
    assert len(own_sink.received) == 1


@pytest.mark.parametrize(
    "parcel",
    [
        a_parcel(subject="Hello\r\nBcc: other@example.com"),
        a_parcel("somebody@example.com\r\nBcc: other@example.com"),
        a_parcel("somebody@example.com>\r\nRCPT TO:<other@example.com"),
        a_parcel("nobody"),
        a_parcel(""),
    ],
)
async def test_nothing_is_put_into_headers(own_sink: Sink, parcel: Parcel) -> None:
    """A line end in a subject or an address is refused before the server hears of it."""
    own_sink.received.clear()
    with pytest.raises(NotDeliveredError) as refused:
        await handed(own_sink, parcel)

    assert (refused.value.trouble, refused.value.is_final) == ("header-unusable", True)
    assert own_sink.received == []


async def test_words_cannot_speak_to_the_server(own_sink: Sink) -> None:
    """Dots and line ends in the words stay words."""
    own_sink.received.clear()
    text = "one\r\n.\r\nMAIL FROM:<other@example.com>\r\n\n.\n..\r.\r"
    await handed(own_sink, a_parcel(text=text))

    (message,) = own_sink.received
    body = message.get_body(("plain",))
    assert body is not None
    assert "MAIL FROM:<other@example.com>" in body.get_content()
