"""The key ring: what opens, signs and proves, in a folder outside the database."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from app.core.audit import MacKey
from app.core.key_files import (
    KeysRefused,
    make_private_folder,
    read_pem,
    read_secret,
    require_private_folder,
    write_pem,
    write_secret,
)
from app.core.records import APPEND, Placement, metadata, place

WRAPPING: Final = "wrapping"
AUDIT: Final = "audit"
INDEX: Final = "index"
HEADS: Final = "heads"
CHECKED_TEXT: Final = b"cims key check"

KEY_CHECKS: Final = place(
    Table(
        "key_checks",
        metadata,
        Column("name", Text, nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("name"),
    ),
    Placement.LOCAL,
    app_may=APPEND,
)
LEARN: Final = (
    "insert into key_checks (name, value) select * from unnest($1::text[], $2::text[]) "
    "on conflict do nothing"
)
KNOWN: Final = "select name, value from key_checks order by name"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A key that signs access tokens; its id is a digest of its public half."""

    kid: str
    private: EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All keys of an installation; neither its repr nor its parts' show any of them."""

    wrapping: Mapping[int, bytes]
    index: bytes
    audit: Mapping[int, bytes]
    signing: tuple[SigningKey, ...]
    heads: Ed25519PrivateKey

    @property
    def mac_key(self) -> MacKey:
        """The newest key of the audit lines' MAC."""
        number = max(self.audit)
        return MacKey(number, self.audit[number])

    def check_values(self) -> dict[str, str]:
        """Return what the database keeps of the keys, so that it knows them again."""
        numbered = [
            (_numbered(name, number), key)
            for name, keys in ((WRAPPING, self.wrapping), (AUDIT, self.audit))
            for number, key in keys.items()
        ]
        named = [*numbered, (INDEX, self.index), (HEADS, self.heads.private_bytes_raw())]
        return {name: check_value(key) for name, key in named}


def create_missing(folder: Path) -> None:
    """Make the folder and every key that is not there; never touches one that is."""
    make_private_folder(folder)
    for name in (WRAPPING, AUDIT):
        if not any(folder.glob(f"{name}-*.key")):
            write_secret(folder / f"{_numbered(name, 1)}.key")
    write_secret(folder / f"{INDEX}.key")
    write_pem(folder / f"{HEADS}.pem", Ed25519PrivateKey.generate())
    if not any(folder.glob(signing_name("*"))):
        private = generate_private_key(SECP256R1())
        write_pem(folder / signing_name(kid_of(private.public_key())), private)


def add_wrapping_key(folder: Path) -> int:
    """Add the next wrapping key, and return its number; new data keys are wrapped by it."""
    number = max(_generations(folder, WRAPPING)) + 1
    if not write_secret(folder / f"{_numbered(WRAPPING, number)}.key"):
        raise KeysRefused(f"Wrapping key {number} has just been added by someone else.")
    return number


def load(folder: Path) -> KeyRing:
    """Read the ring; raises KeysRefused with the first thing that is wrong."""
    require_private_folder(folder)
    return KeyRing(
        wrapping=_generations(folder, WRAPPING),
        index=read_secret(folder / f"{INDEX}.key"),
        audit=_generations(folder, AUDIT),
        signing=load_signing(folder),
        heads=_heads(folder / f"{HEADS}.pem"),
    )


def load_signing(folder: Path) -> tuple[SigningKey, ...]:
    """Return the signing keys, the one made last at the end: it signs, all of them verify."""
    try:
        found = [(path.stat().st_mtime_ns, path) for path in folder.glob(signing_name("*"))]
    except OSError:
        raise KeysRefused(f"A signing key has just been removed from {folder}.") from None
    if not found:
        raise KeysRefused(f"No signing key is in {folder}: restore the folder from a backup.")
    return tuple(_signing_key(path) for _, path in sorted(found))


def signing_name(kid: str) -> str:
    """Return the name of a signing key's file."""
    return f"signing-{kid}.pem"


def check_value(key: bytes) -> str:
    """Return a digest that tells keys apart and tells nothing of the key."""
    return hashlib.blake2b(CHECKED_TEXT, key=key, digest_size=16).hexdigest()


def kid_of(public: EllipticCurvePublicKey) -> str:
    """Return the id of a signing key."""
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).hexdigest()[:16]


async def verify_keys(connection: asyncpg.Connection, ring: KeyRing) -> None:
    """Let the database learn new keys; raises KeysRefused when it knows other ones."""
    held = ring.check_values()
    async with connection.transaction():  # a refusal takes back what was learnt beside it
        await connection.execute(LEARN, list(held), list(held.values()))
        for name, value in await connection.fetch(KNOWN):
            if name not in held:
                raise KeysRefused(f"The key {name} is in use but not in the key folder.")
            if held[name] != value:
                raise KeysRefused(f"The key {name} is not the one the data were sealed with.")


def _numbered(name: str, number: int) -> str:
    return f"{name}-{number:04d}"


def _generations(folder: Path, name: str) -> dict[int, bytes]:
    """Return the keys of a name by number; raises KeysRefused when there is none."""
    found: dict[int, bytes] = {}
    for path in sorted(folder.glob(f"{name}-*.key")):
        number = re.fullmatch(f"{name}-([0-9]{{4}})", path.stem)
        if number is None:
            raise KeysRefused(f"{path} is not named as a key is: {_numbered(name, 1)}.key.")
        found[int(number[1])] = read_secret(path)
    if not found:
        raise KeysRefused(f"No {name} key is in {folder}: restore the folder from a backup.")
    return found


def _signing_key(path: Path) -> SigningKey:
    private = read_pem(path)
    if not isinstance(private, EllipticCurvePrivateKey) or not isinstance(private.curve, SECP256R1):
        raise KeysRefused(f"{path} does not hold a P-256 key.")
    kid = kid_of(private.public_key())
    if path.name != signing_name(kid):
        raise KeysRefused(f"{path} holds the key {kid}, so its name is wrong.")
    return SigningKey(kid, private)


def _heads(path: Path) -> Ed25519PrivateKey:
    private = read_pem(path)
    if not isinstance(private, Ed25519PrivateKey):
        raise KeysRefused(f"{path} does not hold an Ed25519 key.")
    return private


__all__ = [
    "KEY_CHECKS",
    "KeyRing",
    "KeysRefused",
    "SigningKey",
    "add_wrapping_key",
    "check_value",
    "create_missing",
    "kid_of",
    "load",
    "load_signing",
    "signing_name",
    "verify_keys",
]
