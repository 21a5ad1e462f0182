"""Phone numbers in and out, and their masks."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.kinds import PHONE, Invalid

SPELLINGS = [
    "13800000000",
    "138 0000 0000",
    "138-0000-0000",
    "+86 138 0000 0000",
    "+86-138-0000-0000",
    "(+86)13800000000",
    "（+86）１３８－００００－００００",
    "0086 138 0000 0000",
    "00 86 13800000000",
    "86 13800000000",
    "８６１３８００００００００",
    "013800000000",
    "\u300013800000000\xa0",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_mainland_mobile_is_one_number_in_any_spelling(spelling: str) -> None:
    """Prefix, spaces, hyphens, brackets and full-width digits make no difference."""
    assert PHONE.normalise(spelling) == "+8613800000000"


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("010-62340000", "+861062340000"),
        ("(021) 6234 0000", "+862162340000"),
        ("0086 755 2634 0000", "+8675526340000"),
        ("86 10 6234 0000", "+861062340000"),
        ("400-800-1234", "+864008001234"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("0044 20 7946 0018", "+442079460018"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+852 9123 4567", "+85291234567"),
        ("+39 06 1234 5678", "+390612345678"),
    ],
)
def test_other_numbers_become_e164(spelling: str, number: str) -> None:
    """Landlines and foreign numbers come out in E.164, and stay as they are."""
    assert PHONE.normalise(spelling) == number
    assert PHONE.normalise(number) == number


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("12", "phone-invalid"),
        ("10086", "phone-invalid"),
        ("12345678901", "phone-invalid"),
        ("1380000000", "phone-invalid"),
        ("138000000000", "phone-invalid"),
        ("1-800-FLOWERS", "phone-invalid"),
        ("+999 1234 5678", "phone-invalid"),
        ("+1 555", "phone-invalid"),
        ("+44 20 7946 0018 00000", "phone-invalid"),
        ("13800000000/13800000001", "phone-invalid"),
        ("١٣٨٠٠٠٠٠٠٠٠٠", "phone-invalid"),
        ("62340000", "phone-area-code-missing"),
        ("6234-000", "phone-area-code-missing"),
        ("010-62340000转8001", "phone-extension"),
        ("010-62340000 ext. 8001", "phone-extension"),
        ("138****0000", "value-is-mask"),
        (13800000000, "type-string"),
        ("1" * 100, "text-too-long"),
    ],
)
def test_what_is_no_number_is_refused(spelling: object, code: str) -> None:
    """Each way of being no number has its own code."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        PHONE.normalise(spelling)


@settings(deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_short_way_agrees_with_the_library(mobile: str) -> None:
    """What the quick reading of mobiles gives is what the general parser would give."""
    parsed = phonenumbers.parse(mobile, "CN")

    assert PHONE.normalise(mobile) == phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.E164
    )


@pytest.mark.parametrize(
    ("number", "mask"),
    [
        ("+8613800000000", "138****0000"),
        ("+861062341234", "*******1234"),
        ("+12025550143", "*******0143"),
        ("+29012345", "***********"),
    ],
)
def test_mask_has_one_length(number: str, mask: str) -> None:
    """A mask has eleven characters; of a short number nothing shows."""
    assert PHONE.mask(number) == mask


@settings(deadline=None)
@given(st.from_regex(r"\+[1-9][0-9]{5,14}", fullmatch=True))
def test_mask_shows_at_most_seven_digits(number: str) -> None:
    """Whatever the number, four of its digits or more stay hidden."""
    mask = PHONE.mask(number)

    assert len(mask) == 11
    assert sum(mark.isdigit() for mark in mask) <= max(4, len(number) - 7)
