"""Key files: whole or not there, and nobody else's."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.key_files import (
    KeysRefused,
    make_private_folder,
    read_pem,
    read_secret,
    require_private_folder,
    write_pem,
    write_secret,
)

OPEN_MODES = (0o640, 0o620, 0o604, 0o602, 0o660, 0o644, 0o666)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private folder."""
    made = tmp_path / "keys"
    make_private_folder(made)
    return made


def test_secret_comes_back(folder: Path) -> None:
    """What is written is 32 bytes in a file of ours alone, and nothing beside it."""
    path = folder / "index.key"

    assert write_secret(path)

    assert len(read_secret(path)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(folder.iterdir()) == [path]


def test_pem_comes_back(folder: Path) -> None:
    """A private key is read as it was written."""
    private = Ed25519PrivateKey.generate()

    assert write_pem(folder / "heads.pem", private)

    found = read_pem(folder / "heads.pem")
    assert isinstance(found, Ed25519PrivateKey)
    assert found.private_bytes_raw() == private.private_bytes_raw()


def test_no_key_is_ever_replaced(folder: Path) -> None:
    """Writing where a file stands changes nothing and says so."""
    path = folder / "index.key"
    write_secret(path)
    before = read_secret(path)

    assert not write_secret(path)

    assert read_secret(path) == before
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_born_private(tmp_path: Path, umask: int) -> None:
    """Whatever the umask lets through, folder and file are closed from their first moment."""
    before = os.umask(umask)
    try:
        make_private_folder(tmp_path / "keys")
        write_secret(tmp_path / "keys" / "index.key")
    finally:
        os.umask(before)

    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "index.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", OPEN_MODES, ids=oct)
def test_open_file_is_refused(folder: Path, mode: int) -> None:
    """A key that group or others may read or write is none."""
    path = folder / "index.key"
    write_secret(path)
    path.chmod(mode)

    with pytest.raises(KeysRefused, match="chmod 600"):
        read_secret(path)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777], ids=oct)
def test_open_folder_is_refused(folder: Path, mode: int) -> None:
    """A folder that others may enter is no place for keys."""
    folder.chmod(mode)

    with pytest.raises(KeysRefused, match="chmod 700"):
        require_private_folder(folder)
    with pytest.raises(KeysRefused, match="chmod 700"):
        make_private_folder(folder)


def test_somebody_elses_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file of another user may hold that user's key."""
    write_secret(folder / "index.key")
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    with pytest.raises(KeysRefused, match="belongs to another user"):
        read_secret(folder / "index.key")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds 0 bytes"),
        (b"c2hvcnQ=\n", "holds 5 bytes"),
        (b"A" * 86 + b"==\n", "holds 64 bytes"),
        (b"this is no key!\n", "does not hold a key"),
        (b"\xff\xfe\x00", "does not hold a key"),
    ],
)
def test_malformed_secret_is_refused(folder: Path, content: bytes, words: str) -> None:
    """A short, long or damaged secret is not used."""
    path = folder / "index.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeysRefused, match=words):
        read_secret(path)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", b"\x00" * 99])
def test_malformed_pem_is_refused(folder: Path, content: bytes) -> None:
    """A damaged private key is not used."""
    path = folder / "heads.pem"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeysRefused, match="does not hold a key"):
        read_pem(path)


def test_missing_file_says_what_to_do(folder: Path) -> None:
    """A missing key is named, with what to do about it."""
    with pytest.raises(KeysRefused, match=r"index\.key cannot be read .* restore it from a backup"):
        read_secret(folder / "index.key")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A file, or nothing, in the folder's place is refused."""
    (tmp_path / "keys").touch(mode=0o600)

    with pytest.raises(KeysRefused, match="is not a folder"):
        require_private_folder(tmp_path / "keys")
    with pytest.raises(KeysRefused, match="cannot be made"):
        make_private_folder(tmp_path / "keys")
    with pytest.raises(KeysRefused, match="cannot be read"):
        require_private_folder(tmp_path / "nowhere")


def test_unwritable_place_is_refused(tmp_path: Path) -> None:
    """A key that cannot be written is reported, not skipped."""
    with pytest.raises(KeysRefused, match="cannot be written"):
        write_secret(tmp_path / "nowhere" / "index.key")
