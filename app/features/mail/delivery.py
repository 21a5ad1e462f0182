"""Delivery: one connection to the mail server, and what its refusals mean for a message."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from app.features.mail.parcels import Parcel
from app.settings import MailSecurity, MailSettings

SENDER_NAME: Final = "CIMS"
FINAL: Final = range(500, 600)


class NotDeliveredError(Exception):
    """The server did not take a message; no word of the server's is kept, it may name people.

    `is_final` when it will not take it later either, `is_general` when no other message would fare
    better now.
    """

    def __init__(self, trouble: str, *, is_final: bool = False, is_general: bool = False) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.is_final = is_final
        self.is_general = is_general


@dataclass(frozen=True, slots=True)
class Posted:
    """What marks a message for good: a second try carries the same id and the same date."""

    message_id: UUID
    queued_at: datetime


class Delivery:
    """Hands messages to the mail server; connects for the first one, and parts at the end."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._client is not None and self._client.is_connected:
            with suppress(SMTPException, OSError):
                await self._client.quit()

    async def hand_over(self, posted: Posted, parcel: Parcel) -> None:
        """Give a message to the server; raises NotDeliveredError.

        Between the server's yes and our note of it a crash makes us send it again: SMTP has no
        better to offer. The message's id stays the same, so that mailboxes may know it again.
        """
        message = self._message(posted, parcel)
        try:
            async with asyncio.timeout(self._settings.seconds):
                client = await self._connected()
                await client.send_message(
                    message, sender=self._settings.sender, recipients=[parcel.address]
                )
        except (SMTPException, OSError, TimeoutError) as fault:
            self._part_in(fault)
            raise _meaning(fault) from None

    def _part_in(self, fault: Exception) -> None:
        """Leave a connection in which nobody knows any more whose turn it is."""
        if self._client is not None and not isinstance(fault, SMTPResponseException):
            self._client.close()
            self._client = None

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = _client(self._settings)
        try:
            await client.connect()
        except (SMTPException, OSError, TimeoutError) as fault:
            client.close()
            meant = _meaning(fault)
            raise NotDeliveredError(meant.trouble, is_general=True) from None
        self._client = client
        return client

    def _message(self, posted: Posted, parcel: Parcel) -> EmailMessage:
        """Write the message; in base64 no line of it can be taken for the server's language."""
        message = EmailMessage(policy=WIRE)
        try:
            message["From"] = Address(SENDER_NAME, addr_spec=self._settings.sender)
            message["To"] = Address(addr_spec=parcel.address)
            message["Subject"] = parcel.letter.subject
        except (ValueError, IndexError, MessageError):
            raise NotDeliveredError("header-unusable", is_final=True) from None
        message["Date"] = posted.queued_at
        message["Message-ID"] = f"<{posted.message_id}@{self._settings.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.letter.text, cte="base64")
        message.add_alternative(parcel.letter.html, subtype="html", cte="base64")
        return message


def _client(settings: MailSettings) -> SMTP:
    password = settings.password.get_secret_value() if settings.password else None
    context = None
    if settings.security is not MailSecurity.NONE:
        context = ssl.create_default_context(cafile=settings.authorities)
    return SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.username or None,
        password=password,
        local_hostname=settings.domain,
        timeout=settings.seconds,
        use_tls=settings.security is MailSecurity.TLS,
        start_tls=settings.security is MailSecurity.STARTTLS,
        tls_context=context,
    )


def _meaning(fault: Exception) -> NotDeliveredError:
    """Say what a fault means, without the server's own words."""
    if isinstance(fault, SMTPRecipientsRefused):
        return _meaning(fault.recipients[0])
    if isinstance(fault, SMTPResponseException):
        return NotDeliveredError(f"refused-{fault.code}", is_final=fault.code in FINAL)
    if isinstance(fault, SMTPNotSupported):
        return NotDeliveredError("not-supported", is_final=True)
    if isinstance(fault, TimeoutError):
        return NotDeliveredError("timeout", is_general=True)
    if isinstance(fault, SMTPServerDisconnected):
        return NotDeliveredError("disconnected")
    return NotDeliveredError("unreachable", is_general=True)
