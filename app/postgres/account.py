"""The unprivileged account PostgreSQL runs under when CIMS is started as root.

PostgreSQL refuses to run as root, and the account it runs under instead often cannot walk to the
cluster: a clone below /root, mode 0700, is the usual case. Nothing is opened for it. We open the
cluster's folder as root and hand the open folder down: `/proc/self/fd/N` leads the account into
it without walking the parents, and every path it is told begins there. Only Linux has that.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.postgres.refusals import PostgresUnavailableError

_NAMES = ("postgres", "nobody")  # no account is ever added; initdb wants one that has a name


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL runs as."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Make the account the owner of what belongs to PostgreSQL."""
        os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def give_all(self, folder: Path) -> None:
        """Give away a whole folder, as after a copy made by root."""
        for path in folder.rglob("*"):
            self.give(path)
        self.give(folder)


@dataclass(frozen=True)
class Doorway:
    """A folder as PostgreSQL sees it, and the descriptors this takes."""

    path: str
    descriptors: tuple[int, ...] = ()


def needed_for(data: Path) -> Account | None:
    """Choose the account when we are root, the owner of existing data first; else None."""
    if os.geteuid() != 0:
        return None
    if not Path("/proc/self/fd").is_dir():
        raise PostgresUnavailableError(
            "PostgreSQL does not run as root on this system: start CIMS as an ordinary user."
        )
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _unprivileged()


@contextmanager
def doorway(folder: Path, account: Account | None) -> Iterator[Doorway]:
    """Open the folder for a program about to be started as that account."""
    if account is None:
        yield Doorway(str(folder))
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Doorway(f"/proc/self/fd/{descriptor}", (descriptor,))
    finally:
        os.close(descriptor)


def _unprivileged() -> Account:
    for name in _NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailableError(
        "PostgreSQL does not run as root, and this system has neither an account postgres nor "
        "nobody: start CIMS as an ordinary user."
    )
