"""Separation of duties: roles that may not meet in one person."""

from collections.abc import Iterable
from typing import Final

from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.staff.problems import RolesSeparate

MEETING: Final = Statement(
    "select one, other from role_separations "
    "where one = any($1::text[]) and other = any($1::text[]) order by one, other limit 1",
    ("codes",),
    {},
)


async def require_separate(work: UnitOfWork, codes: Iterable[str]) -> None:
    """Refuse, as RolesSeparate, roles of which two are kept apart; for whoever assigns roles.

    Ask within the change of the user that counts the staff epoch up: making a rule does so, too.
    """
    held = [*codes]
    for row in await work.fetch(MEETING, {"codes": held}) if len(held) > 1 else ():
        raise RolesSeparate(names=[row["one"], row["other"]])
