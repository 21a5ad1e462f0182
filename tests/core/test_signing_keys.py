"""Signing keys in their folder: added with a line, noticed at once, removed when outlived."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import keys
from app.core.clock import now
from app.core.jobs import job_work
from app.core.problems import NotNow
from app.core.signing_keys import (
    SigningFolder,
    add_signing_key,
    new_signing_key,
    remove_signing_keys,
)
from app.core.work import Platform

OPERATION = "rotate_signing_key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all keys."""
    keys.create_missing(tmp_path / "keys")
    return tmp_path / "keys"


def aged(folder: Path, kid: str, age: timedelta) -> None:
    """Let a key be as old as that."""
    moment = (now() - age).timestamp()
    os.utime(folder / keys.signing_name(kid), (moment, moment))


async def test_added_key_signs_and_has_its_line(folder: Path, platform: Platform) -> None:
    """The new key is the newest, private, and named by the line."""
    held = keys.load_signing(folder)
    watching = SigningFolder(folder, held)

    kid = await add_signing_key(job_work(platform, OPERATION), SigningFolder(folder))

    found = watching.changed()
    assert found is not None
    assert [key.kid for key in found] == [held[0].kid, kid]
    assert (folder / keys.signing_name(kid)).stat().st_mode & 0o777 == 0o600
    rows = await platform.database.fetch(
        "select changed, detail from audit_lines where operation = $1 order by at desc limit 1",
        [OPERATION],
    )
    assert (rows[0]["changed"], kid in rows[0]["detail"]) == (["signing_key"], True)


async def test_without_a_line_no_key_is_added(
    folder: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rotation that cannot be told of does not happen."""

    async def fail(_row: object) -> None:
        raise NotNow

    monkeypatch.setattr(platform.ledger, "write", fail)
    watching = SigningFolder(folder, keys.load_signing(folder))

    with pytest.raises(NotNow):
        await add_signing_key(job_work(platform, OPERATION), watching)

    assert watching.changed() is None


def test_nothing_is_read_while_nothing_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names tell; no key file is opened."""
    watching = SigningFolder(folder, keys.load_signing(folder))
    monkeypatch.setattr("app.core.signing_keys.load_signing", pytest.fail)

    assert watching.changed() is None


def test_unreadable_keys_leave_those_that_are_held(folder: Path) -> None:
    """A key that others may read, or none at all, is not taken; put right, it is."""
    watching = SigningFolder(folder, keys.load_signing(folder))
    key = new_signing_key()
    watching.add(key)
    path = folder / keys.signing_name(key.kid)
    path.chmod(0o644)

    refused = [watching.changed(), watching.changed()]
    path.chmod(0o600)

    assert refused == [None, None]
    assert len(watching.changed() or ()) == 2
    for one in folder.glob("signing-*"):
        one.unlink()
    assert watching.changed() is None


async def test_outlived_keys_are_removed(folder: Path, platform: Platform) -> None:
    """A key goes when its successor has been there for longer than any token lives."""
    oldest = keys.load_signing(folder)[0].kid
    watching, made = SigningFolder(folder), [new_signing_key(), new_signing_key()]
    for key in made:
        watching.add(key)
    aged(folder, oldest, timedelta(hours=3))
    aged(folder, made[0].kid, timedelta(hours=2))
    work = job_work(platform, OPERATION)

    removed = await remove_signing_keys(work, watching, now() - timedelta(minutes=20))
    again = await remove_signing_keys(work, watching, now() - timedelta(minutes=20))

    assert (removed, again) == ([oldest], [])
    assert [kid for kid, _ in watching.made()] == [key.kid for key in made]


async def test_the_only_key_stays(folder: Path, platform: Platform) -> None:
    """However old, the key that signs is not removed."""
    watching, (key,) = SigningFolder(folder), keys.load_signing(folder)
    aged(folder, key.kid, timedelta(days=999))

    assert await remove_signing_keys(job_work(platform, OPERATION), watching, now()) == []
