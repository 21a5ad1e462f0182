"""Principals: in whose name a command works, and what departments and colleagues are called."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from app.commands.surroundings import StartRefusedError
from app.core import keys
from app.core.access import Actor, ActorKind
from app.core.tokens import Tokens
from app.core.work import Platform
from app.features.exchange.headings import plain_name
from app.features.exchange.loading import operator
from app.features.exchange.references import References, named
from app.features.identity.ended import EndedSessions
from app.features.staff.directory import StaffDirectory
from app.features.staff.snapshot import Department, Snapshot
from app.settings import Settings

SESSION: Final = "command line"


async def read_staff(settings: Settings, platform: Platform) -> Snapshot:
    """Read the staff as it stands now."""
    return (await open_directory(settings, platform)).staff


async def open_directory(settings: Settings, platform: Platform) -> StaffDirectory:
    """Return the staff directory of a command."""
    tokens = Tokens(
        keys.load(settings.keys_folder), settings.tokens.issuer, settings.tokens.audience
    )
    directory = StaffDirectory(platform.database, tokens, EndedSessions(platform.database))
    await directory.refresh()
    return directory


def references_to(staff: Snapshot) -> References:
    """Return the names by which tables may call departments and active colleagues."""
    departments = staff.departments.values()
    people = [one for one in staff.users.values() if one.is_active]
    return References(
        named((one.department_id, (one.name, one.name_zh)) for one in departments),
        named((one.user_id, (one.username, one.display_name)) for one in people),
    )


def principal(staff: Snapshot, username: str | None, department: str | None) -> Actor:
    """Return the job that acts for a user, with no more rights, or for the operator.

    Raises StartRefusedError for a name that is unknown, and when no department is to be had.
    """
    actor = operator() if username is None else _in_the_name_of(staff, username)
    own = _department_id(staff, department) if department else actor.department_id
    chosen = own or _top(staff)
    if chosen is None:
        raise StartRefusedError("Name the customers' department with --department.")
    return replace(actor, department_id=chosen)


def _in_the_name_of(staff: Snapshot, username: str) -> Actor:
    found = [user for user in staff.users.values() if user.username == username and user.is_active]
    if not found:
        raise StartRefusedError(f"No active user is called {username}.")
    return replace(staff.actor(found[0], SESSION), kind=ActorKind.JOB)


def _department_id(staff: Snapshot, name: str) -> UUID:
    found = references_to(staff).departments.get(plain_name(name))
    if found is None:
        raise StartRefusedError(f"No department, or more than one, is called {name}.")
    return found


def _top(staff: Snapshot) -> UUID | None:
    """Return the department above all others, if there is one."""
    tops: list[Department] = [one for one in staff.departments.values() if one.parent_id is None]
    return tops[0].department_id if len(tops) == 1 else None
