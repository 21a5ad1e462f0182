"""Codes of authenticator apps: the standard's own examples, the window, and how they are typed."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

import pytest

from app.features.factors.totp import STEP, address_of, code_at, counter_of, new_seed

# RFC 6238, appendix B (SHA-1); ours are the last six of its eight digits.
SEED = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
AT = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)
COUNTER = int(AT.timestamp()) // STEP


@pytest.mark.parametrize("second", VECTORS)
def test_the_standards_examples(second: int) -> None:
    """At these moments the codes are those of RFC 6238."""
    code = VECTORS[second][-6:]

    assert code_at(SEED, second // STEP) == code
    assert counter_of(SEED, code, datetime.fromtimestamp(second, UTC)) == second // STEP


@pytest.mark.parametrize(
    ("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_the_window_is_one_step_wide(steps: int, fits: bool) -> None:  # noqa: FBT001 - a column
    """A code of the step before or after will do, no other."""
    code = code_at(SEED, COUNTER + steps)

    assert counter_of(SEED, code, AT) == (COUNTER + steps if fits else None)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_step_ends_after_thirty_seconds(steps: int) -> None:
    """The same code serves for thirty seconds and the steps beside them."""
    begun = datetime.fromtimestamp(COUNTER * STEP, UTC)
    code = code_at(SEED, COUNTER)

    assert counter_of(SEED, code, begun - timedelta(seconds=30)) == COUNTER
    assert counter_of(SEED, code, begun - timedelta(seconds=31)) is None
    assert counter_of(SEED, code, begun + timedelta(seconds=59)) == COUNTER
    assert counter_of(SEED, code, begun + timedelta(seconds=60)) is None


def test_blanks_and_wide_digits_are_taken() -> None:
    """However a code is typed, its six digits count."""
    code = code_at(SEED, COUNTER)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert counter_of(SEED, f" {code[:3]} {code[3:]} ", AT) == COUNTER
    assert counter_of(SEED, wide, AT) == COUNTER


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "1" * 1000, "\ud8001", "-12345"]
)
def test_what_is_no_code_fits_nothing(code: str) -> None:
    """Any other text is no code, and breaks nothing."""
    assert counter_of(SEED, code, AT) is None


def test_a_seed_has_160_bits_and_an_address() -> None:
    """A seed is drawn anew each time; its address names user and issuer for the app."""
    seed = new_seed()
    address = urlparse(address_of(seed, "林晓", "CIMS"))

    assert len(base64.b32decode(seed)) == 20
    assert seed != new_seed()
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query) == {"secret": [seed], "issuer": ["CIMS"]}
