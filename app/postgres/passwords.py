"""The generated passwords of the database roles, kept in one file for its owner only."""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from app.postgres.addresses import Role
from app.postgres.refusals import PostgresUnavailableError

_ROUNDS = 4096  # what PostgreSQL itself uses; the passwords are random, so more would buy nothing


def make(path: Path) -> None:
    """Draw a password for each role and write them to a file, all of them or nothing."""
    drawn = {role: secrets.token_urlsafe(32) for role in Role}
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(drawn, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def kept_in(path: Path) -> Mapping[Role, str]:
    """Read the passwords from a file that only its owner may read."""
    try:
        path.chmod(0o600)
        found = json.loads(path.read_text("utf-8"))
        return {role: str(found[role]) for role in Role}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise PostgresUnavailableError(
            f"{path} does not hold the passwords of the database roles: restore it from a backup."
        ) from fault


def verifier(password: str) -> str:
    """Derive what PostgreSQL stores of an ASCII password, so that SQL never carries the password.

    RFC 5803, as PostgreSQL writes it.
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ROUNDS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored, server = hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ROUNDS}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
