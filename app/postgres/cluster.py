"""One PostgreSQL of our own: made when missing, started, watched, stopped."""

import asyncio
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from app.postgres import account, configuration, creation, databases, passwords, programs, roles
from app.postgres.addresses import Addresses, Role
from app.postgres.binaries import Binaries
from app.postgres.folders import Folders
from app.postgres.postmaster import Postmaster
from app.postgres.refusals import PostgresInterruptedError, PostgresUnavailableError
from app.postgres.turns import to_the_end, turn

_PAUSE = 0.1


class Cluster:
    """The cluster in `home/postgres`; `settings` changes sizes and durability, as tests like to."""

    def __init__(
        self,
        home: Path,
        binaries: Binaries,
        *,
        settings: Mapping[str, str] | None = None,
        copies: Path = programs.COPIES,
    ) -> None:
        self.binaries = binaries
        self.folders = Folders(home.absolute() / "postgres")
        self._settings = dict(settings or {})
        self._copies = copies
        self._postmaster = Postmaster(self.folders)
        self._addresses: Addresses | None = None

    @property
    def addresses(self) -> Addresses:
        """The ways in, once started; they stay the same unless somebody takes the port."""
        if self._addresses is None:
            raise PostgresUnavailableError("PostgreSQL has not been started yet.")
        return self._addresses

    def is_alive(self) -> bool:
        """Whether the server process lives; a zombie or a stranger with its id does not count."""
        return self._postmaster.pid is not None

    @property
    def is_launched_here(self) -> bool:
        """Whether this object launched the living server, rather than found it running."""
        return self._postmaster.is_child

    async def start(self, limit_seconds: float = 60) -> Addresses:
        """Bring the server up, or find it running, with roles and database in order."""
        until = time.monotonic() + limit_seconds
        await asyncio.to_thread(self.folders.make)
        async with turn(self.folders.lock, until):
            return await self._start_in_turn(until)

    async def stop(self, limit_seconds: float = 60) -> None:
        """End sessions and server, with everything written; nothing to do when none runs."""
        if not self.folders.root.exists():
            return
        async with turn(self.folders.lock, time.monotonic() + limit_seconds):
            self._addresses = None
            await to_the_end(self._postmaster.shut_down)

    async def watch(self, every_seconds: float = 0.5, limit_seconds: float = 60) -> None:
        """Restart the server whenever it is gone, until `stop` is called or this is cancelled."""
        while self._addresses is not None:
            if not await asyncio.to_thread(self.is_alive):
                await self._start_again(time.monotonic() + limit_seconds)
            await asyncio.to_thread(self.folders.journal.prune)
            await asyncio.sleep(every_seconds)

    async def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database of the owner's, empty or as a copy of another one."""
        await databases.create(self.addresses.superuser, name, template)

    async def drop_database(self, name: str) -> None:
        """Drop a database, sessions in it included."""
        await databases.drop(self.addresses.superuser, name)

    async def _start_in_turn(self, until: float) -> Addresses:
        """Try again when the server is killed between getting ready and being used."""
        while True:
            self._addresses = await to_the_end(lambda: self._bring_up(until))
            try:
                await self._put_in_order(self._addresses)
            except PostgresInterruptedError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return self._addresses

    async def _put_in_order(self, addresses: Addresses) -> None:
        await roles.prepare(addresses.superuser, addresses.passwords)
        await databases.close_to_public(addresses.superuser, "postgres", "template1")

    async def _start_again(self, until: float) -> None:
        async with turn(self.folders.lock, until):
            if self._addresses is not None:  # or else it was stopped while we waited
                await self._start_in_turn(until)

    def _bring_up(self, until: float) -> Addresses:
        if not (self.folders.data.exists() or self.folders.passwords.exists()):
            passwords.make(self.folders.passwords)
        secrets = passwords.kept_in(self.folders.passwords)
        if not self._postmaster.is_ready:
            runner = self._prepared(secrets[Role.SUPERUSER])
            self._postmaster.bring_up(lambda: self._launched(runner), until)
        port = self._postmaster.port or configuration.port_kept_in(self.folders.port)
        return Addresses(port, self.folders.socket_folder, secrets)

    def _prepared(self, password: str) -> programs.Programs:
        """Settle who runs which programs, and have a cluster of their version."""
        who = account.needed_for(self.folders.data)
        within_reach = programs.within_reach(self.binaries, who, self._copies)
        runner = programs.Programs(within_reach, self.folders.root, who)
        self.folders.share_with(who)
        if not self.folders.data.exists():
            creation.create(self.folders, runner, self.binaries, password)
        creation.require_same_major(self.folders.data, self.binaries)
        return runner

    def _launched(self, runner: programs.Programs) -> subprocess.Popen[bytes]:
        port = configuration.port_kept_in(self.folders.port)
        has_socket = self.folders.socket_folder is not None
        return runner.launch(
            "postgres",
            lambda seen: configuration.arguments(
                seen, port, has_socket=has_socket, extra=self._settings
            ),
            self.folders.journal.first_words,
        )
