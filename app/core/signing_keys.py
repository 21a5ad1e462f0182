"""Signing keys in their folder: a new one added, an old one removed, while processes run.

Which keys there are is what the folder holds. A process looks at the names whenever it signs, and
when a token names a key that it does not know, so that nobody waits for a poll.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from app.core.key_files import KeysRefused, write_pem
from app.core.keys import SigningKey, kid_of, load_signing, signing_name
from app.core.work import UnitOfWork

KEY: Final = "signing_key"
log = structlog.get_logger()


class SigningFolder:
    """The folder of signing keys, read anew only when others stand there: a name tells a key."""

    def __init__(self, folder: Path, held: Iterable[SigningKey] = ()) -> None:
        self._folder = folder
        self._names = {signing_name(key.kid) for key in held}
        self._unreadable: set[str] | None = None

    def changed(self) -> tuple[SigningKey, ...] | None:
        """Return the keys, the newest last, if they are others than before.

        While they cannot be read, those that are held remain.
        """
        names = {path.name for path in self._folder.glob(signing_name("*"))}
        if names == self._names:
            return None
        try:
            found = load_signing(self._folder)
        except KeysRefused as refused:
            if names != self._unreadable:
                log.warning("signing keys unreadable", why=str(refused))
            self._unreadable = names
            return None
        self._names = {signing_name(key.kid) for key in found}
        return found

    def add(self, key: SigningKey) -> None:
        """Add a key; from now on it signs."""
        write_pem(self._folder / signing_name(key.kid), key.private)

    def made(self) -> list[tuple[str, datetime]]:
        """Return the ids of the keys and when each was made, the newest last."""
        found = load_signing(self._folder)
        paths = [(key.kid, self._folder / signing_name(key.kid)) for key in found]
        return [(kid, datetime.fromtimestamp(path.stat().st_mtime, UTC)) for kid, path in paths]

    def superseded_before(self, moment: datetime) -> list[str]:
        """Return the keys whose successor was there at that moment."""
        pairs = pairwise(self.made())
        return [kid for (kid, _), (_, succeeded_at) in pairs if succeeded_at < moment]

    def remove(self, kid: str) -> None:
        """Remove a key; its tokens are refused within a second."""
        (self._folder / signing_name(kid)).unlink(missing_ok=True)


def new_signing_key() -> SigningKey:
    """Draw a signing key."""
    private = generate_private_key(SECP256R1())
    return SigningKey(kid_of(private.public_key()), private)


async def add_signing_key(work: UnitOfWork, folder: SigningFolder) -> str:
    """Add a signing key once its line stands, and return its id."""
    key = new_signing_key()
    work.line.changed[KEY] = None
    work.line.detail[KEY] = key.kid
    await work.settle()
    folder.add(key)
    return key.kid


async def remove_signing_keys(
    work: UnitOfWork, folder: SigningFolder, moment: datetime
) -> list[str]:
    """Remove the keys that were superseded before then, once their line stands."""
    removed = folder.superseded_before(moment)
    if removed:
        work.line.changed[KEY] = None
        work.line.detail["signing_keys_removed"] = removed
        await work.settle()
    for kid in removed:
        folder.remove(kid)
    return removed
