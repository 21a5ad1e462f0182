"""Key files: made whole or not at all, and read only if nobody else could touch them."""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
LARGEST: Final = 16_384
SECRET_LENGTH: Final = 32


class KeysRefused(Exception):  # noqa: N818 - it tells the operator what to do, as a Problem does
    """The keys will not do; the message says which and why, in one sentence."""


def make_private_folder(folder: Path) -> None:
    """Make the folder unless it is there; raises KeysRefused when others may enter it."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as fault:
        raise KeysRefused(f"The key folder {folder} cannot be made: {fault.strerror}.") from fault
    require_private_folder(folder)


def require_private_folder(folder: Path) -> None:
    """Raise KeysRefused unless the folder is there, ours, and closed to others."""
    try:
        status = folder.stat()
    except OSError as fault:
        raise KeysRefused(f"The key folder {folder} cannot be read: {fault.strerror}.") from fault
    if not stat.S_ISDIR(status.st_mode):
        raise KeysRefused(f"The key folder {folder} is not a folder.")
    _require_private(folder, status)


def write_secret(path: Path) -> bool:
    """Draw a secret of 32 bytes and write it, as base64url; False if there was a file already."""
    return _write(path, base64.urlsafe_b64encode(os.urandom(SECRET_LENGTH)) + b"\n")


def write_pem(path: Path, private: EllipticCurvePrivateKey | Ed25519PrivateKey) -> bool:
    """Write a private key; False if there was a file already."""
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _write(path, content)


def read_secret(path: Path) -> bytes:
    """Return the 32 bytes of a secret; raises KeysRefused when they are missing or malformed."""
    try:
        secret = base64.b64decode(_read(path).strip(), altchars=b"-_", validate=True)
    except binascii.Error:
        raise KeysRefused(f"{path} does not hold a key: restore it from a backup.") from None
    if len(secret) != SECRET_LENGTH:
        raise KeysRefused(f"{path} holds {len(secret)} bytes instead of {SECRET_LENGTH}.")
    return secret


def read_pem(path: Path) -> object:
    """Return a private key of whatever kind; raises KeysRefused when missing or malformed."""
    content = _read(path)
    try:
        return load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysRefused(f"{path} does not hold a key: restore it from a backup.") from None


def _read(path: Path) -> bytes:
    """Return the content; raises KeysRefused when it is missing or could be another's work."""
    try:
        with path.open("rb") as file:
            _require_private(path, os.fstat(file.fileno()))
            return file.read(LARGEST)
    except OSError as fault:
        raise KeysRefused(
            f"The key file {path} cannot be read ({fault.strerror}): restore it from a backup."
        ) from fault


def _write(path: Path, content: bytes) -> bool:
    """Write a new file whole, whatever crashes meanwhile; False if there was one already."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:  # noqa: PTH123 - a descriptor, so that the file is born private
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename, it never replaces a key that is there
    except FileExistsError:
        return False
    except OSError as fault:
        raise KeysRefused(f"The key file {path} cannot be written: {fault.strerror}.") from fault
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _require_private(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise KeysRefused(f"{path} belongs to another user: give it to the one that runs CIMS.")
    if status.st_mode & OTHERS:
        mode = FOLDER_MODE if stat.S_ISDIR(status.st_mode) else FILE_MODE
        raise KeysRefused(f"{path} is open to other users: run chmod {mode:o} on it.")


def _sync(folder: Path) -> None:
    """Make the names in the folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
