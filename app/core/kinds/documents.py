"""The numbers of papers: resident identity, credit code of an organisation, other documents."""

import re
from datetime import date
from typing import Final

from sqlalchemy import Text
from stdnum.cn import ric, uscc

from app.core.kinds.characters import folded
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import TEXT, Kind

_SPACERS: Final = str.maketrans(dict.fromkeys(" -\u2010\u2011\u2012\u2013\u2014\u2212"))
_RESIDENT_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_OLD_RESIDENT_ID: Final = re.compile(r"[0-9]{15}")
# Provinces by GB/T 2260, with the residence permits of Hong Kong, Macau and Taiwan people (81-83)
# and of foreigners (9x). Counties are left alone: they change, and a number outlives its county.
_REGION: Final = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9])")
# GB 32100: authority, kind of organisation, region, body and check character.
_CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_DOCUMENT: Final = re.compile(r"[0-9A-Z\u4e00-\u9fff]{5,20}")
_BRACKETS: Final = str.maketrans(dict.fromkeys("()"))


def _code(value: object, max_length: int) -> str:
    return folded(value, max_length).translate(_SPACERS).upper()


def _resident_id(value: object) -> str:
    number = _code(value, 30)
    if _OLD_RESIDENT_ID.fullmatch(number):
        number = _upgraded(number)
    if not _RESIDENT_ID.fullmatch(number):
        raise Invalid("id-number-invalid")
    if ric.calc_check_digit(number) != number[-1]:
        raise Invalid("id-number-check")
    if not _REGION.match(number):
        raise Invalid("id-number-region")
    _require_date(number[6:14])
    return number


def _upgraded(number: str) -> str:
    """Write a number of before 1999 in today's form: full year and check digit."""
    full = f"{number[:6]}19{number[6:]}0"
    return full[:-1] + ric.calc_check_digit(full)


def _require_date(digits: str) -> None:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Invalid("id-number-date") from None


def _mask_resident_id(number: str) -> str:
    """Keep the ends only: the last four digits would tell the sex, the middle the birth date."""
    return f"{number[0]}****************{number[-1]}"


def _credit_code(value: object) -> str:
    code = _code(value, 30)
    if not _CREDIT_CODE.fullmatch(code):
        raise Invalid("credit-code-invalid")
    if uscc.calc_check_digit(code) != code[-1]:
        raise Invalid("credit-code-check")
    return code


def _mask_credit_code(code: str) -> str:
    """Keep the kind of organisation and the last four characters."""
    return f"{code[:2]}************{code[-4:]}"


def _document(value: object) -> str:
    number = _code(value, 30).translate(_BRACKETS)
    if not _DOCUMENT.fullmatch(number):
        raise Invalid("document-invalid")
    return number


def _mask_document(number: str) -> str:
    """Keep the last two characters behind seven stars, whatever the length."""
    return f"*******{number[-2:]}"


RESIDENT_ID: Final = Kind(
    name="resident-id",
    column=Text(),
    schema={"type": "string", "minLength": 15, "maxLength": 30},
    example="110000190001010012",
    normalise=_resident_id,
    mask=_mask_resident_id,
    operators=TEXT,
)
CREDIT_CODE: Final = Kind(
    name="credit-code",
    column=Text(),
    schema={"type": "string", "minLength": 18, "maxLength": 30},
    example="91110000MA0000000H",
    normalise=_credit_code,
    mask=_mask_credit_code,
    operators=TEXT,
)
DOCUMENT: Final = Kind(
    name="document",
    column=Text(),
    schema={"type": "string", "minLength": 5, "maxLength": 30},
    example="E00000000",
    normalise=_document,
    mask=_mask_document,
    operators=TEXT,
)
