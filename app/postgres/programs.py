"""PostgreSQL's own programs, started under an account they accept, inside the cluster's folder."""

import errno
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from app.postgres.account import Account, Doorway, doorway
from app.postgres.binaries import Binaries
from app.postgres.refusals import PostgresUnavailableError

COPIES = Path("/var/cache/cims")
# Nothing of our own environment reaches PostgreSQL; its messages stay in English.
_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}

Arguments = Callable[[str], Sequence[str]]
"""What to call, given the path under which the program sees the cluster's folder."""


@dataclass(frozen=True)
class Programs:
    """The programs in one folder of binaries, run as one account on one cluster's folder."""

    binaries: Path
    cluster: Path
    account: Account | None

    def run(self, name: str, arguments: Arguments) -> None:
        """Run a program to its end; what it complains about goes into the refusal."""
        with tempfile.TemporaryFile() as output, doorway(self.cluster, self.account) as seen:
            command = [str(self.binaries / name), *arguments(seen.path)]
            code = self._started(command, seen, output).wait()
            output.seek(0)
            words = output.read().decode(errors="replace").strip()
        if code != 0:
            last = words.rpartition("\n")[2]
            raise PostgresUnavailableError(f"{self.binaries / name} failed: {last}")

    def launch(self, name: str, arguments: Arguments, output: Path) -> subprocess.Popen[bytes]:
        """Start a program that stays, apart from our terminal and its Ctrl-C."""
        with output.open("wb") as file, doorway(self.cluster, self.account) as seen:
            return self._started([str(self.binaries / name), *arguments(seen.path)], seen, file)

    def _started(
        self, command: Sequence[str], seen: Doorway, output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_ENVIRONMENT,
                umask=0o077,
                start_new_session=True,
                pass_fds=seen.descriptors,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        except OSError as fault:
            raise PostgresUnavailableError(f"{command[0]} cannot be started: {fault}.") from fault


def within_reach(binaries: Binaries, account: Account | None, copies: Path = COPIES) -> Path:
    """Give a folder of binaries that the account can use, a copy when it must be.

    PostgreSQL resolves its own path to find its parts, so an open folder is no help here. A wheel
    in an environment below /root is copied once (about 35 MB) to a place that everybody can walk
    to; a lost copy is made again.
    """
    if account is None or _is_usable(binaries.folder / "postgres", account):
        return binaries.folder
    stamp = f"{binaries.folder}:{(binaries.folder / 'postgres').stat().st_mtime_ns}"
    copy = copies / f"postgresql-{binaries.version}-{sha256(stamp.encode()).hexdigest()[:12]}"
    prefix = binaries.folder.parent
    copied = copy / prefix.parent.name / prefix.name / binaries.folder.name
    try:
        if not copied.exists():
            _copy(binaries.folder, copy)
    except OSError as fault:
        raise PostgresUnavailableError(
            f"PostgreSQL cannot be copied to {copies}: {fault}"
        ) from fault
    if not _is_usable(copied / "postgres", account):
        raise PostgresUnavailableError(f"The copy of PostgreSQL in {copied} cannot be used.")
    return copied


def _is_usable(program: Path, account: Account) -> bool:
    """Try it: only the kernel knows about modes, access lists and mount options together."""
    try:
        tried = subprocess.run(
            [program, "-V"],
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env=_ENVIRONMENT,
            capture_output=True,
        )
    except OSError as fault:
        if fault.errno == errno.EACCES:
            return False
        raise PostgresUnavailableError(
            "CIMS runs as root but may not start PostgreSQL under an unprivileged account: "
            "start CIMS as an ordinary user."
        ) from fault
    return tried.returncode == 0


def _copy(folder: Path, place: Path) -> None:
    """Copy the installation around the folder, and the libraries a wheel keeps beside itself."""
    prefix, package = folder.parent, folder.parent.parent
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=place.parent))
    shutil.copytree(
        prefix, draft / package.name / prefix.name, ignore=shutil.ignore_patterns("include")
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft)
        if not place.exists():  # or else somebody was faster, and their copy is as good
            raise
