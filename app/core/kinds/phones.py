"""Phone numbers: any spelling in, E.164 out."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult
from sqlalchemy import Text

from app.core.kinds.characters import folded
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import TEXT, Kind

_CHINA: Final = 86
_LOCAL_LENGTHS: Final = {7, 8}
_LONGEST: Final = 40
_SPACERS: Final = str.maketrans(
    dict.fromkeys(" \t\xa0-().\xb7\u2010\u2011\u2012\u2013\u2014\u2212")
)
# The general parser takes 20 us; nearly all numbers here are mobiles, which need only this.
_MOBILE: Final = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_NUMBER: Final = re.compile(r"\+?[0-9]{4,20}")
_EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?|x|#)\s*[0-9]{1,6}", re.IGNORECASE)


def _phone(value: object) -> str:
    number = folded(value, _LONGEST).translate(_SPACERS)
    mobile = _MOBILE.fullmatch(number)
    if mobile:
        return f"+86{mobile[1]}"
    if _NUMBER.fullmatch(number):
        return _parsed(number)
    raise Invalid("phone-extension" if _EXTENSION.search(number) else "phone-invalid")


def _parsed(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, "CN")
    except NumberParseException:
        raise Invalid("phone-invalid") from None
    _require_possible(parsed)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _require_possible(parsed: PhoneNumber) -> None:
    """Refuse what cannot be called: at home by the numbering plan, abroad by the length alone."""
    if parsed.country_code != _CHINA:
        # Plans abroad change more often than this service is updated.
        possible = phonenumbers.is_possible_number_with_reason(parsed)
        if possible != ValidationResult.IS_POSSIBLE:
            raise Invalid("phone-invalid")
    elif not phonenumbers.is_valid_number(parsed):
        is_local = len(phonenumbers.national_significant_number(parsed)) in _LOCAL_LENGTHS
        raise Invalid("phone-area-code-missing" if is_local else "phone-invalid")


def _mask_phone(phone: str) -> str:
    """Keep 3 + 4 digits of a mainland mobile, else the last 4; of a short number none."""
    mobile = _MOBILE.fullmatch(phone)
    if mobile:
        return f"{phone[3:6]}****{phone[-4:]}"
    # With country code: of fewer digits, four would be most of the number.
    tail = phone[-4:] if len(phone) > len("+123456789") else "****"
    return f"*******{tail}"


PHONE: Final = Kind(
    name="phone",
    column=Text(),
    schema={"type": "string", "format": "phone", "minLength": 4, "maxLength": _LONGEST},
    example="+8613800000000",
    normalise=_phone,
    mask=_mask_phone,
    operators=TEXT,
)
