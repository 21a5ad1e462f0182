"""Challenges: ours, for one purpose, for five minutes."""

from datetime import timedelta

import pytest

from app.core.clock import new_id, now
from app.features.factors import challenges
from app.features.factors.challenges import Purpose, bytes_of, make_challenge, read_challenge
from app.features.factors.problems import FactorRefused
from tests.core.sealings import a_sealing
from tests.features.factors.authenticator import text_of

SEALING, USER = a_sealing(), new_id()


@pytest.mark.parametrize("purpose", Purpose)
def test_a_challenge_says_whose_it_is(purpose: Purpose) -> None:
    """It comes back with its user and its moment, and no two are alike."""
    text = make_challenge(SEALING, USER, purpose)
    found = read_challenge(SEALING, text, purpose)

    assert found.user_id == USER
    assert timedelta() <= now() - found.made_at < timedelta(seconds=5)
    assert text != make_challenge(SEALING, USER, purpose)
    assert USER.bytes not in bytes_of(text)


@pytest.mark.parametrize("purpose", [Purpose.PASSKEY, Purpose.NEW_PASSKEY])
def test_a_challenge_serves_one_purpose(purpose: Purpose) -> None:
    """That of a passkey does not say that a password was right, nor the other way round."""
    for made, read in ((purpose, Purpose.SIGN_IN), (Purpose.SIGN_IN, purpose)):
        with pytest.raises(FactorRefused):
            read_challenge(SEALING, make_challenge(SEALING, USER, made), read)


@pytest.mark.parametrize(("minutes", "seconds"), [(5, 0), (60, 0), (0, -10)])
def test_a_challenge_lives_five_minutes(
    monkeypatch: pytest.MonkeyPatch, minutes: int, seconds: int
) -> None:
    """After five minutes it is nothing; one from the future is none either."""
    text, at = make_challenge(SEALING, USER), now()
    later = at + timedelta(minutes=minutes, seconds=seconds)
    monkeypatch.setattr(challenges, "now", lambda: later)

    with pytest.raises(FactorRefused):
        read_challenge(SEALING, text)


def test_a_challenge_of_others_is_none() -> None:
    """Altered, cut, made up or from another installation: refused in the same words."""
    text = make_challenge(SEALING, USER)
    whole = bytes_of(text)
    altered = text_of(whole[:-1] + bytes([whole[-1] ^ 1]))

    for other in (altered, text[:-4], "", "A", "ü" * 20, "\ud800", "A" * 10_000, text_of(bytes(5))):
        with pytest.raises(FactorRefused):
            read_challenge(SEALING, other)
    with pytest.raises(FactorRefused):
        read_challenge(a_sealing(), text)
