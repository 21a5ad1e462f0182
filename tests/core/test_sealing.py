"""Tests of sealing: what is sealed opens where it was put, and nowhere else."""

import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sealing import (
    REMEMBERED_KEYS,
    CustomerKey,
    SealBrokenError,
    Sealing,
    WrappedKey,
    derive,
    place_of,
    seal,
    unseal,
    value_digest,
)
from tests.core.sealings import a_sealing

KEY = CustomerKey.of(b"k" * 32)
SEALING = a_sealing()
NAMES = st.text(max_size=10)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NAMES
VALUES = st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=3), max_size=6)
PLACES = st.builds(place_of, st.sampled_from(["customers", "notes"]), NAMES, st.uuids(), st.uuids())


@given(VALUES, PLACES)
def test_what_is_sealed_opens_again(values: dict[str, Any], place: bytes) -> None:
    """All but what is empty comes back."""
    opened = unseal(KEY, place, seal(KEY, place, values))

    assert opened == {name: value for name, value in values.items() if value is not None}


@given(VALUES, PLACES, PLACES)
def test_what_is_moved_does_not_open(values: dict[str, Any], place: bytes, other: bytes) -> None:
    """In another table, envelope, customer or row it is broken."""
    sealed = seal(KEY, place, values)

    if place != other:
        with pytest.raises(SealBrokenError):
            unseal(KEY, other, sealed)


@given(VALUES, st.data())
def test_what_is_altered_does_not_open(values: dict[str, Any], data: st.DataObject) -> None:
    """One bit anywhere, or a byte less, breaks the seal."""
    place = place_of("customers", "contact", UUID(int=1), UUID(int=1))
    sealed = bytearray(seal(KEY, place, values))
    at = data.draw(st.integers(0, len(sealed) - 1))
    if data.draw(st.booleans()):
        sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del sealed[at:]

    with pytest.raises(SealBrokenError):
        unseal(KEY, place, bytes(sealed))


@given(VALUES)
def test_equal_values_are_sealed_differently(values: dict[str, Any]) -> None:
    """Nobody sees who shares a value, and another key opens nothing."""
    place = place_of("notes", "notes_personal", UUID(int=1), UUID(int=2))
    sealed = seal(KEY, place, values)

    assert sealed != seal(KEY, place, values)
    with pytest.raises(SealBrokenError):
        unseal(CustomerKey.of(b"x" * 32), place, sealed)


def test_nothing_stands_in_clear() -> None:
    """Neither value nor name of a member can be read from an envelope."""
    place = place_of("customers", "contact_personal", UUID(int=1), UUID(int=1))

    sealed = seal(KEY, place, {"phone": "+8613800138000"})

    assert b"138" not in sealed
    assert b"phone" not in sealed
    assert "138" not in repr(KEY)


def test_a_key_is_unwrapped_for_its_customer_only() -> None:
    """Another customer's id, or another wrapping key, does not open it."""
    customer_id = uuid4()
    _, wrapped = SEALING.new_key(customer_id)

    with pytest.raises(SealBrokenError):
        SEALING.open_key(uuid4(), wrapped.wrapping_key, wrapped.wrapped)
    with pytest.raises(SealBrokenError):
        a_sealing().open_key(customer_id, wrapped.wrapping_key, wrapped.wrapped)
    with pytest.raises(SealBrokenError):
        SEALING.open_key(customer_id, 7, wrapped.wrapped)


def test_an_opened_key_is_remembered() -> None:
    """Up to a number; one that was not asked for in two generations is let go."""
    sealing = a_sealing()
    customer_id = uuid4()
    _, wrapped = sealing.new_key(customer_id)
    opened = sealing.open_key(customer_id, 1, wrapped.wrapped)

    assert sealing.open_key(customer_id, 1, wrapped.wrapped) is opened
    for is_kept in (True, False):
        for number in range(2 * REMEMBERED_KEYS - is_kept * REMEMBERED_KEYS):
            other = UUID(int=number)
            sealing.open_key(other, 1, sealing.new_key(other)[1].wrapped)
        assert (sealing.open_key(customer_id, 1, wrapped.wrapped) is opened) is is_kept


def test_a_key_is_wrapped_anew_under_the_newest() -> None:
    """It stays the same key: what it sealed before opens after."""
    customer_id, place = uuid4(), place_of("notes", "x", UUID(int=1), UUID(int=1))
    old = {1: os.urandom(32)}
    both, index = {**old, 2: os.urandom(32)}, os.urandom(32)
    before, after = Sealing(old, index), Sealing(both, index)
    key, wrapped = before.new_key(customer_id)

    anew = after.rewrap(customer_id, wrapped)

    assert (wrapped.wrapping_key, anew.wrapping_key) == (1, 2)
    opened = after.open_key(customer_id, 2, anew.wrapped)
    assert unseal(opened, place, seal(key, place, {"a": 1})) == {"a": 1}


def test_a_key_added_meanwhile_is_read_when_it_is_met() -> None:
    """Another process may rotate first."""
    keys = {1: os.urandom(32)}
    index, customer_id = os.urandom(32), uuid4()
    mine = Sealing(keys, index, lambda: keys)
    keys[2] = os.urandom(32)
    _, wrapped = Sealing(keys, index).new_key(customer_id)

    assert wrapped.wrapping_key == 2
    mine.open_key(customer_id, 2, wrapped.wrapped)
    assert mine.newest == 2


@given(NAMES, NAMES)
def test_a_blind_index_depends_on_kind_and_value(one: str, other: str) -> None:
    """Equal values meet within a kind, in any case, and never across kinds or keys."""
    assert SEALING.blind("phone", one) == SEALING.blind("phone", one.casefold())
    assert len(SEALING.blind("phone", one)) == 16
    assert SEALING.blind("phone", one) != SEALING.blind("email", one)
    assert SEALING.blind("phone", one) != a_sealing().blind("phone", one)
    if one.casefold() != other.casefold():
        assert SEALING.blind("phone", one) != SEALING.blind("phone", other)


def test_a_token_is_keyed() -> None:
    """The same piece of a name has another token elsewhere, and each fits 64 bits."""
    assert SEALING.token("王小") == SEALING.token("王小")
    assert SEALING.token("王小") != a_sealing().token("王小")
    assert -(2**63) <= SEALING.token("王小") < 2**63


def test_each_use_has_its_own_key() -> None:
    """Keys derived for two uses, or from two keys, have nothing in common."""
    assert derive(b"a" * 32, "x") == derive(b"a" * 32, "x")
    assert len({derive(b"a" * 32, "x"), derive(b"a" * 32, "y"), derive(b"b" * 32, "x")}) == 3
    assert SEALING.key_for("cursor") != SEALING.key_for("stored answers")


def test_a_digest_tells_change_and_nothing_else() -> None:
    """Equal under one customer's key for one member, different under another; none for nothing."""
    other = CustomerKey.of(b"o" * 32)

    assert value_digest(KEY, "phone", "1") == value_digest(KEY, "phone", "1")
    assert value_digest(KEY, "phone", {"b": 1, "a": 2}) == value_digest(
        KEY, "phone", {"a": 2, "b": 1}
    )
    assert value_digest(KEY, "phone", "1") != value_digest(KEY, "fax", "1")
    assert value_digest(KEY, "phone", "1") != value_digest(other, "phone", "1")
    assert value_digest(KEY, "phone", None) is None
    assert value_digest(KEY, "owner_id", UUID(int=1)) is not None


def test_a_wrapped_key_that_is_cut_does_not_open() -> None:
    """A broken row is a broken seal, not a crash."""
    customer_id = uuid4()
    _, wrapped = SEALING.new_key(customer_id)

    for cut in (WrappedKey(1, wrapped.wrapped[:20]), WrappedKey(1, b""), WrappedKey(1, b"x" * 60)):
        with pytest.raises(SealBrokenError):
            SEALING.open_key(customer_id, cut.wrapping_key, cut.wrapped)
