"""Where somebody is found online: mail, web, WeChat and QQ."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Text

from app.core.kinds.characters import cleaned, folded, wire_text
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import TEXT, Kind, stars

_LONGEST_URL: Final = 2000
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The validator takes 30 us. These plain addresses under common endings it accepts as they are.
_PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,31})?@(?:[a-z0-9]{1,24}\.){1,3}(?:cn|com|net|org)"
)
_URL: Final = re.compile(r"[^\s<>\"'`{}|\\^\[\]]+")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d)")
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_WECHAT: Final = re.compile(r"[a-z][a-z0-9_-]{5,19}|1[3-9][0-9]{9}")
_QQ: Final = re.compile(r"[1-9][0-9]{4,11}")


def _email(value: object) -> str:
    address = folded(value, 254).lower()
    if _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        checked = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise Invalid("email-invalid") from None
    return checked.normalized.lower()


def _mask_email(address: str) -> str:
    """Keep the first character only: a domain may be somebody's own, and has a length."""
    return f"{address[0]}***@***"


def _url(value: object) -> str:
    # Compatible forms in a path are other addresses, so nothing is folded here.
    address = cleaned(wire_text(value), _LONGEST_URL, visible=True)
    if not _SCHEME.match(address):
        address = f"https://{address}"
    if not _URL.fullmatch(address):
        raise Invalid("url-invalid")
    return _checked_url(_split(address))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port out of range shows only when it is asked for
    except ValueError:
        raise Invalid("url-invalid") from None
    return parts


def _checked_url(parts: SplitResult) -> str:
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise Invalid("url-invalid")
    if not _HOST.fullmatch(_ascii_host(parts.hostname or "")):
        raise Invalid("url-invalid")
    address = parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()
    if len(address) > _LONGEST_URL:
        raise Invalid("text-too-long")
    return address


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Invalid("url-invalid") from None


def _wechat(value: object) -> str:
    handle = folded(value, 20).lower()
    if not _WECHAT.fullmatch(handle):
        raise Invalid("wechat-invalid")
    return handle


def _qq(value: object) -> str:
    number = folded(value, 12)
    if not _QQ.fullmatch(number):
        raise Invalid("qq-invalid")
    return number


def _mask_handle(handle: str) -> str:
    """Keep the first character: `z***`."""
    return f"{handle[0]}***"


EMAIL: Final = Kind(
    name="email",
    column=Text(),
    schema={"type": "string", "format": "email", "minLength": 6, "maxLength": 254},
    example="zhang.wei@example.com",
    normalise=_email,
    mask=_mask_email,
    operators=TEXT,
)
URL: Final = Kind(
    name="url",
    column=Text(),
    schema={"type": "string", "format": "uri", "minLength": 4, "maxLength": _LONGEST_URL},
    example="https://www.example.com/",
    normalise=_url,
    mask=stars,
    operators=TEXT,
)
WECHAT: Final = Kind(
    name="wechat",
    column=Text(),
    schema={"type": "string", "minLength": 6, "maxLength": 20},
    example="zhang_wei_demo",
    normalise=_wechat,
    mask=_mask_handle,
    operators=TEXT,
)
QQ: Final = Kind(
    name="qq",
    column=Text(),
    schema={"type": "string", "pattern": "^[1-9][0-9]{4,11}$"},
    example="1000000000",
    normalise=_qq,
    mask=_mask_handle,
    operators=TEXT,
)
