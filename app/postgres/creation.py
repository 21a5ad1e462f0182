"""How a cluster is made, and how an existing one is checked before its start."""

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.postgres.account import Account
from app.postgres.addresses import Role
from app.postgres.binaries import Binaries
from app.postgres.folders import Folders
from app.postgres.programs import Programs
from app.postgres.refusals import PostgresUnavailableError

_BUILTIN_LOCALE_SINCE = 17


def create(folders: Folders, programs: Programs, version: Binaries, password: str) -> None:
    """Run initdb beside the final place and move the result: half a cluster never counts."""
    _require_named_user()
    draft = folders.root / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    if programs.account is not None:
        programs.account.give(draft)
    with _password_file(folders.root / "initdb-password", programs.account, password) as file:
        programs.run("initdb", lambda seen: _arguments(seen, draft.name, file.name, version.major))
    draft.rename(folders.data)
    _sync(folders.root)


def require_same_major(data: Path, binaries: Binaries) -> None:
    """Refuse a data folder of another major version, which PostgreSQL could not read."""
    made_by = (data / "PG_VERSION").read_text("ascii").strip()
    if made_by != str(binaries.major):
        raise PostgresUnavailableError(
            f"{data} was made by PostgreSQL {made_by} and {binaries.folder} holds PostgreSQL "
            f"{binaries.major}: bring the data over with pg_upgrade, or name a folder of binaries "
            f"of PostgreSQL {made_by}."
        )


def _arguments(seen: str, draft: str, password_file: str, major: int) -> list[str]:
    """List initdb's arguments; the locale never depends on the machine's LANG."""
    locale = ["--locale=C.UTF-8"]
    if major >= _BUILTIN_LOCALE_SINCE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [
        f"--pgdata={seen}/{draft}",
        f"--pwfile={seen}/{password_file}",
        f"--username={Role.SUPERUSER}",
        "--encoding=UTF8",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--data-checksums",
        "--no-instructions",
        *locale,
    ]


@contextmanager
def _password_file(path: Path, account: Account | None, password: str) -> Iterator[Path]:
    """Lay the superuser's password out for initdb alone, and only while it runs."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, password.encode("ascii"))
        os.close(descriptor)
        if account is not None:
            account.give(path)
        yield path
    finally:
        path.unlink()


def _require_named_user() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError as fault:
        raise PostgresUnavailableError(
            f"The user id {os.geteuid()} has no name on this system, which initdb insists on: "
            "start CIMS as a user with an entry in /etc/passwd, or give it a database URL."
        ) from fault


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
