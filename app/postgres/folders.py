"""The places below one home folder that a cluster needs."""

import os
from dataclasses import dataclass
from pathlib import Path

from app.postgres.account import Account
from app.postgres.journal import Journal
from app.postgres.refusals import PostgresUnavailableError

# sun_path of the strictest system we know (104 bytes with its end), less the name of the socket.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.65535")


@dataclass(frozen=True)
class Folders:
    """Where the parts of a cluster lie; only data, log and run belong to PostgreSQL's account."""

    root: Path

    @property
    def data(self) -> Path:
        """What initdb makes."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Where the socket is."""
        return self.root / "run"

    @property
    def passwords(self) -> Path:
        """The passwords of the roles."""
        return self.root / "passwords.json"

    @property
    def port(self) -> Path:
        """The port chosen at the first start."""
        return self.root / "port"

    @property
    def lock(self) -> Path:
        """What one starter or stopper at a time holds."""
        return self.root / "lock"

    @property
    def journal(self) -> Journal:
        """What PostgreSQL says."""
        return Journal(self.root / "start.log", self.root / "log")

    @property
    def socket_folder(self) -> Path | None:
        """Where clients find the socket; None when its path is too long or looks like a list."""
        is_short = len(os.fsencode(self.run)) <= _LONGEST_SOCKET_FOLDER
        return self.run if is_short and "," not in str(self.run) else None

    def make(self) -> None:
        """Make the root, private like everything in it."""
        try:
            self.root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.root.mkdir(mode=0o700, exist_ok=True)
            is_ours = self.root.stat().st_uid == os.geteuid()
        except OSError as fault:
            raise PostgresUnavailableError(f"{self.root} cannot be used: {fault}.") from fault
        if not is_ours:  # as root we would otherwise write through whatever they linked there
            raise PostgresUnavailableError(
                f"{self.root} belongs to another user: start CIMS as that user, or give it "
                "another home folder."
            )

    def share_with(self, account: Account | None) -> None:
        """Give PostgreSQL's account its own folders, and a way to them through the root alone."""
        for folder in (self.journal.folder, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
        if account is None:
            return
        os.chown(self.root, -1, account.gid)
        self.root.chmod(0o710)
        for folder in (self.journal.folder, self.run):
            account.give(folder)
        if self.data.exists() and self.data.stat().st_uid != account.uid:
            account.give_all(self.data)
