"""Resident identity numbers, credit codes and other documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from app.core.kinds import CREDIT_CODE, DOCUMENT, RESIDENT_ID, Invalid


def a_resident_id(body: str) -> str:
    """Complete seventeen digits with their check digit."""
    return body + ric.calc_check_digit(f"{body}0")


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("11000019000101001 2", "110000190001010012"),
        ("１１０００019000101001２", "110000190001010012"),
        ("440000 19991231 003x", "44000019991231003X"),
        ("110000-600101-001", a_resident_id("11000019600101001")),
        (a_resident_id("81000019900101001"), a_resident_id("81000019900101001")),
    ],
)
def test_identity_number_is_made_plain(spelling: str, number: str) -> None:
    """Spaces, width and case make no difference; the old form of 15 digits becomes today's."""
    assert RESIDENT_ID.normalise(spelling) == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1", "id-number-invalid"),
        ("11000019000101001A", "id-number-invalid"),
        ("110000190001010013", "id-number-check"),
        (a_resident_id("11000019000230001"), "id-number-date"),
        (a_resident_id("11000000000101001"), "id-number-date"),
        ("110000601301001", "id-number-date"),
        (a_resident_id("00000019000101001"), "id-number-region"),
        (a_resident_id("55000019000101001"), "id-number-region"),
        ("1****************2", "value-is-mask"),
        (110000190001010012, "type-string"),
    ],
)
def test_bad_identity_number_is_refused(number: object, code: str) -> None:
    """Length, check digit, region and birth date have to fit."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        RESIDENT_ID.normalise(number)


@settings(deadline=None)
@given(st.data())
def test_one_wrong_digit_is_always_noticed(data: st.DataObject) -> None:
    """No single mistyped digit passes as another number."""
    right = data.draw(st.sampled_from(["110000190001010012", "44000019991231003X"]))
    place = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != right[place]))

    with pytest.raises(Invalid):
        RESIDENT_ID.normalise(right[:place] + digit + right[place + 1 :])


def test_mask_of_an_identity_number_tells_neither_sex_nor_birth() -> None:
    """The mask keeps the ends; two numbers that differ between them look the same."""
    assert RESIDENT_ID.mask("110000190001010012") == "1****************2"
    assert len(RESIDENT_ID.mask("44000019991231003X")) == 18


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("91110000ma0000000h", "91110000MA0000000H"),
        ("9111 0000 MA00 0000 0H", "91110000MA0000000H"),
        ("９１110000MA0000000H", "91110000MA0000000H"),
    ],
)
def test_credit_code_is_made_plain(spelling: str, code: str) -> None:
    """Spaces, width and case make no difference to a credit code."""
    assert CREDIT_CODE.normalise(spelling) == code


def test_credit_code_of_rural_collectives_begins_with_a_letter() -> None:
    """Authorities may be letters, which the library would not take."""
    body = "N2110000MF0000000"

    assert CREDIT_CODE.normalise(body + uscc.calc_check_digit(body))


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("91110000MA0000000J", "credit-code-check"),
        ("91110000MA0000000I", "credit-code-invalid"),
        ("9111000AMA0000000H", "credit-code-invalid"),
        ("91110000", "credit-code-invalid"),
        ("91************000H", "value-is-mask"),
    ],
)
def test_bad_credit_code_is_refused(spelling: str, code: str) -> None:
    """Alphabet, length and check character have to fit."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        CREDIT_CODE.normalise(spelling)


def test_other_documents_are_letters_and_digits() -> None:
    """Passports, permits and military papers lose spaces and brackets."""
    assert DOCUMENT.normalise("e 0000 0000") == "E00000000"
    assert DOCUMENT.normalise("A000000（3）") == "A0000003"
    assert DOCUMENT.normalise("南字第00000000号") == "南字第00000000号"
    for number in ("1234", "1" * 21, "AB/12345", "******78"):
        with pytest.raises(Invalid):
            DOCUMENT.normalise(number)


def test_masks_of_codes_have_one_length() -> None:
    """A credit code shows its kind and end, a document its last two characters."""
    assert CREDIT_CODE.mask("91110000MA0000000H") == "91************000H"
    assert DOCUMENT.mask("E00000000") == DOCUMENT.mask("12300") == "*******00"
