"""The key ring: made once, read strictly, known again by the database."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.key_files import write_pem
from app.core.keys import (
    KeyRing,
    KeysRefused,
    add_wrapping_key,
    check_value,
    create_missing,
    load,
    verify_keys,
)
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring, a_signing_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all keys."""
    made = tmp_path / "home" / "keys"
    create_missing(made)
    return made


@pytest.fixture
async def connection(database_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the app role, to a database that remembers no key yet."""
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute("delete from key_checks")
    await owner.close()
    app = await asyncpg.connect(database_urls.app)
    yield app
    await app.close()


def test_folder_holds_one_key_of_each_use(folder: Path) -> None:
    """A first start makes every key, private and complete."""
    names = sorted(path.name for path in folder.iterdir())

    assert [re.sub("[0-9a-f]{16}", "<kid>", name) for name in names] == [
        "audit-0001.key",
        "heads.pem",
        "index.key",
        "signing-<kid>.pem",
        "wrapping-0001.key",
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_secret_is_its_own(folder: Path) -> None:
    """No two uses share a key."""
    ring = load(folder)

    assert len({ring.wrapping[1], ring.index, ring.audit[1]}) == 3
    assert ring.mac_key.number == 1
    assert ring.mac_key.key == ring.audit[1]


def test_second_start_keeps_the_keys(folder: Path) -> None:
    """What is there is never made anew."""
    before = {path: path.read_bytes() for path in folder.iterdir()}

    create_missing(folder)

    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_only_the_missing_key_is_made(folder: Path) -> None:
    """A folder that lacks one key gets that one."""
    before = load(folder)
    (folder / "index.key").unlink()

    create_missing(folder)

    after = load(folder)
    assert after.index != before.index
    assert after.wrapping == before.wrapping


def test_rotation_adds_a_generation(folder: Path) -> None:
    """A new wrapping key gets the next number; the old one stays to open what it wrapped."""
    before = load(folder)

    number = add_wrapping_key(folder)

    after = load(folder)
    assert number == 2
    assert sorted(after.wrapping) == [1, 2]
    assert after.wrapping[1] == before.wrapping[1]


def test_later_generations_need_not_begin_at_one(folder: Path) -> None:
    """Once nothing is wrapped by it, an old generation may go, and is not made again."""
    add_wrapping_key(folder)
    (folder / "wrapping-0001.key").unlink()

    create_missing(folder)

    assert sorted(load(folder).wrapping) == [2]


def test_lost_race_for_a_generation_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rotations at once make one key; the second says so."""
    monkeypatch.setattr("app.core.keys.write_secret", lambda _: False)

    with pytest.raises(KeysRefused, match="Wrapping key 2 has just been added"):
        add_wrapping_key(folder)


def test_newest_signing_key_signs(folder: Path) -> None:
    """The signing key made last comes last, whatever its id."""
    made = [load(folder).signing[0], *(a_signing_key() for _ in range(3))]
    for minute, key in enumerate(made):
        path = folder / f"signing-{key.kid}.pem"
        write_pem(path, key.private)
        later = path.stat().st_mtime_ns + minute * 60 * 10**9
        os.utime(path, ns=(later, later))

    signing = load(folder).signing

    assert [key.kid for key in signing] == [key.kid for key in made]


@pytest.mark.parametrize("name", ["index.key", "heads.pem", "wrapping-0001.key", "audit-0001.key"])
def test_missing_key_is_refused(folder: Path, name: str) -> None:
    """No key is done without."""
    (folder / name).unlink()

    with pytest.raises(KeysRefused, match=r"backup\.$"):
        load(folder)


def test_missing_signing_key_is_refused(folder: Path) -> None:
    """Without a signing key nobody could sign in."""
    next(folder.glob("signing-*")).unlink()

    with pytest.raises(KeysRefused, match="No signing key"):
        load(folder)


@pytest.mark.parametrize("name", ["wrapping-1.key", "wrapping-new.key", "wrapping-0001 (1).key"])
def test_strangely_named_key_is_refused(folder: Path, name: str) -> None:
    """A key whose name cannot be read is not passed over in silence."""
    (folder / "wrapping-0001.key").rename(folder / name)

    with pytest.raises(KeysRefused, match=r"is not named as a key is: wrapping-0001\.key"):
        load(folder)


def test_signing_key_must_bear_its_own_id(folder: Path) -> None:
    """A signing key under another's name would verify what it did not sign."""
    path = next(folder.glob("signing-*"))
    path.rename(folder / "signing-0123456789abcdef.pem")

    with pytest.raises(KeysRefused, match="so its name is wrong"):
        load(folder)


def test_keys_of_another_kind_are_refused(folder: Path) -> None:
    """Each file holds the kind of key that its use needs."""
    path = next(folder.glob("signing-*"))
    path.unlink()
    write_pem(path, generate_private_key(SECP384R1()))
    with pytest.raises(KeysRefused, match="does not hold a P-256 key"):
        load(folder)
    path.unlink()
    write_pem(path, Ed25519PrivateKey.generate())
    with pytest.raises(KeysRefused, match="does not hold a P-256 key"):
        load(folder)
    path.unlink()

    create_missing(folder)
    (folder / "heads.pem").unlink()
    write_pem(folder / "heads.pem", a_signing_key().private)

    with pytest.raises(KeysRefused, match="does not hold an Ed25519 key"):
        load(folder)


def test_open_folder_is_refused(folder: Path) -> None:
    """A folder that others may read is no place for keys."""
    folder.chmod(0o755)

    with pytest.raises(KeysRefused, match="chmod 700"):
        load(folder)


def test_no_key_shows_in_a_repr(folder: Path) -> None:
    """Neither the ring nor its parts print what they hold."""
    ring = load(folder)
    shown = f"{ring!r} {ring} {ring.signing[0]!r} {ring.heads!r} {ring.mac_key!r}"

    for key in (ring.index, ring.wrapping[1], ring.audit[1], ring.heads.private_bytes_raw()):
        assert repr(key) not in shown
        assert key.hex() not in shown


def test_check_value_tells_keys_apart() -> None:
    """The same key has the same value, another one another; it does not hold the key."""
    key = os.urandom(32)

    assert check_value(key) == check_value(bytes(key))
    assert check_value(key) != check_value(os.urandom(32))
    assert key.hex() not in check_value(key)


async def test_database_knows_keys_again(connection: asyncpg.Connection) -> None:
    """The first start leaves a value for each key; the next one with the same keys passes."""
    ring = a_ring()

    await verify_keys(connection, ring)
    await verify_keys(connection, ring)

    rows = await connection.fetch("select name, value from key_checks order by name")
    assert [row["name"] for row in rows] == ["audit-0001", "heads", "index", "wrapping-0001"]
    assert {row["name"]: row["value"] for row in rows} == ring.check_values()


@pytest.mark.parametrize("name", ["wrapping", "index", "audit", "heads"])
async def test_wrong_key_is_refused(connection: asyncpg.Connection, name: str) -> None:
    """A key that is not the one in use stops the start, whichever it is."""
    ring, other = a_ring(), a_ring()
    await verify_keys(connection, ring)
    mixed: KeyRing = replace(ring, **{name: getattr(other, name)})

    with pytest.raises(KeysRefused, match=f"The key {name}.* is not the one"):
        await verify_keys(connection, mixed)


async def test_missing_generation_is_refused(connection: asyncpg.Connection) -> None:
    """A generation that the database knows may still be needed to open what it wrapped."""
    ring = a_ring()
    both = replace(ring, wrapping={1: ring.wrapping[1], 2: os.urandom(32)})
    await verify_keys(connection, both)

    with pytest.raises(KeysRefused, match="The key wrapping-0002 is in use but not in the key"):
        await verify_keys(connection, ring)


async def test_refusal_teaches_the_database_nothing(connection: asyncpg.Connection) -> None:
    """A wrong folder with one key more does not leave that key's value behind."""
    ring, other = a_ring(), a_ring()
    await verify_keys(connection, ring)
    wrong = replace(other, wrapping={1: other.wrapping[1], 2: os.urandom(32)})

    with pytest.raises(KeysRefused):
        await verify_keys(connection, wrong)

    assert await connection.fetchval("select count(*) from key_checks") == 4


async def test_two_first_starts_with_other_keys(
    database_urls: DatabaseUrls, connection: asyncpg.Connection
) -> None:
    """Of two processes that start at once with different keys, one is refused."""
    second = await asyncpg.connect(database_urls.app)

    outcomes = await asyncio.gather(
        verify_keys(connection, a_ring()), verify_keys(second, a_ring()), return_exceptions=True
    )

    assert sorted(map(repr, map(type, outcomes))) == sorted(map(repr, (type(None), KeysRefused)))
    await second.close()
