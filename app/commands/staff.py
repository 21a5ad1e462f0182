"""The command that opens the first account of a fresh installation."""

import asyncio
from typing import Annotated

import asyncpg
import typer

from app.commands.surroundings import (
    console,
    database_urls,
    one_sentence,
    require_owner,
    settings_and_home,
)
from app.core.passwords import Passwords
from app.features.staff import seeding

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]


def create_admin(username: Name) -> None:
    """Open an administrator; the password is shown once and kept nowhere."""

    async def work() -> str:
        async with database_urls(settings_and_home()) as urls:
            passwords = Passwords()
            connection = await asyncpg.connect(require_owner(urls))
            try:
                return await seeding.create_admin(connection, passwords, username)
            finally:
                await connection.close()
                passwords.close()

    with one_sentence():
        console.print(f"Password of {username}, shown this once: {asyncio.run(work())}")
