"""Sealed seeds: unreadable in the database, and of use in one place only."""

import pytest
from cryptography.exceptions import InvalidTag

from app.core.clock import new_id
from app.features.factors.seeds import open_seed, seal_seed
from app.features.factors.totp import new_seed
from tests.core.sealings import a_sealing


def test_a_seed_opens_for_its_factor() -> None:
    """What was sealed comes back, and does not stand in what is stored."""
    sealing, factor_id, seed = a_sealing(), new_id(), new_seed()

    sealed = seal_seed(sealing, factor_id, seed)

    assert open_seed(sealing, factor_id, sealed) == seed
    assert seed.encode() not in sealed
    assert sealed != seal_seed(sealing, factor_id, seed)


def test_a_seed_opens_nowhere_else() -> None:
    """Moved to another factor, altered, or under other keys it does not open."""
    sealing, factor_id = a_sealing(), new_id()
    sealed = seal_seed(sealing, factor_id, new_seed())
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for place in (
        (sealing, new_id(), sealed),
        (sealing, factor_id, altered),
        (a_sealing(), factor_id, sealed),
    ):
        with pytest.raises(InvalidTag):
            open_seed(*place)
