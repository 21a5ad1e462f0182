"""Recovery codes: ten of 80 bits, kept as keyed digests, typed in any way."""

import base64
import re

import pytest

from app.core.clock import new_id
from app.features.factors.recovery import code_digest, new_codes
from tests.core.sealings import a_sealing

SEALING, USER = a_sealing(), new_id()


def test_a_set_is_ten_codes_of_eighty_bits() -> None:
    """Each is drawn by itself and can be read aloud."""
    codes = new_codes()

    assert len({*codes, *new_codes()}) == 20
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code) for code in codes)
    assert {len(base64.b32decode(code.replace("-", ""))) for code in codes} == {10}


@pytest.mark.parametrize(
    "typed", ["abcd-efgh-ijkl-mnop", " ABCDEFGH ijklmnop\n", "ABCD EFGH IJKL MNOP"]
)
def test_a_code_is_the_same_however_typed(typed: str) -> None:
    """Case, blanks and hyphens do not matter."""
    assert code_digest(SEALING, USER, typed) == code_digest(SEALING, USER, "ABCD-EFGH-IJKL-MNOP")


def test_a_digest_is_its_users_and_this_installations() -> None:
    """Neither for another user nor under other keys a code has the same digest."""
    code = new_codes()[0]
    digest = code_digest(SEALING, USER, code)

    assert len(digest) == 32
    assert digest != code_digest(SEALING, new_id(), code)
    assert digest != code_digest(a_sealing(), USER, code)


@pytest.mark.parametrize("typed", ["", "\ud800", "\x00", "A" * 100_000])
def test_any_text_has_a_digest(typed: str) -> None:
    """What is no code is one that nobody has."""
    assert len(code_digest(SEALING, USER, typed)) == 32
