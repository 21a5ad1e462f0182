"""Tests of stored answers: found under their key for a day, sealed, one transaction at a time."""

import os
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from app.core.answers import SELDOM, StoredAnswers
from app.core.work import Platform

MEMBERS: dict[str, Any] = {"body": "王小明", "etag": None}


async def test_an_answer_is_found_under_its_key(platform: Platform) -> None:
    """With the digest of what it answered; another key has none."""
    key, digest = os.urandom(32), os.urandom(32)
    async with platform.database.transaction() as connection:
        answers = StoredAnswers(connection, platform.sealing)
        assert await answers.find(key) is None
        await answers.keep(key, digest, MEMBERS)

        found = await answers.find(key)

    assert found is not None
    assert (found.body_digest, found.members) == (digest, MEMBERS)


async def test_an_answer_is_bound_to_its_key(platform: Platform) -> None:
    """Moved to another key it does not open, and nothing of it stands in clear."""
    key, other = os.urandom(32), os.urandom(32)
    async with platform.database.transaction() as connection:
        answers = StoredAnswers(connection, platform.sealing)
        await answers.keep(key, b"d", MEMBERS)
        stored = await connection.fetchval(
            "update idempotency_keys set hash = $2 where hash = $1 returning answer", key, other
        )
        with pytest.raises(InvalidTag):
            await answers.find(other)

    assert "王".encode() not in stored


async def test_a_key_is_one_requests(platform: Platform) -> None:
    """While one transaction holds it, another does not get it; afterwards it does."""
    key = os.urandom(32)
    async with platform.database.transaction() as mine, platform.database.transaction() as other:
        assert await StoredAnswers(mine, platform.sealing).lock(key)
        assert not await StoredAnswers(other, platform.sealing).lock(key)

    async with platform.database.transaction() as later:
        assert await StoredAnswers(later, platform.sealing).lock(key)


async def test_a_newer_answer_takes_the_place_of_an_old_one(platform: Platform) -> None:
    """After a day the key is free again."""
    key = b"\x01" + os.urandom(31)
    async with platform.database.transaction() as connection:
        answers = StoredAnswers(connection, platform.sealing)
        await answers.keep(key, b"old", MEMBERS)
        await connection.execute("update idempotency_keys set kept_at = kept_at - interval '25 h'")
        assert await answers.find(key) is None
        await answers.keep(key, b"new", MEMBERS)
        found = await answers.find(key)

    assert found is not None
    assert found.body_digest == b"new"


@pytest.mark.parametrize(("first", "left"), [(0, False), (1, True), (SELDOM, False)])
async def test_old_answers_are_let_go_now_and_then(
    platform: Platform, first: int, *, left: bool
) -> None:
    """Some keys, by chance of their digest, take along what is older than a day."""
    old, new = b"\x01" + os.urandom(31), bytes([first]) + os.urandom(31)
    async with platform.database.transaction() as connection:
        answers = StoredAnswers(connection, platform.sealing)
        await answers.keep(old, b"old", MEMBERS)
        await connection.execute("update idempotency_keys set kept_at = kept_at - interval '25 h'")

        await answers.keep(new, b"new", MEMBERS)
        kept = await connection.fetchval("select 1 from idempotency_keys where hash = $1", old)

    assert bool(kept) == left
    assert await _is_kept(platform, new)


async def _is_kept(platform: Platform, key: bytes) -> bool:
    async with platform.database.transaction() as connection:
        return await StoredAnswers(connection, platform.sealing).find(key) is not None
