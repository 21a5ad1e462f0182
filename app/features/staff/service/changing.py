"""What all changes to the staff have in common: one at a time, on the line, known at once."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.repository import changing_staff


@asynccontextmanager
async def changed_staff(work: UnitOfWork, directory: StaffDirectory) -> AsyncIterator[None]:
    """Change the staff, and let this process know it; the others notice within a second."""
    async with changing_staff(work):
        yield
    await directory.refresh()


def note(work: UnitOfWork, row_id: UUID, names: Iterable[str], **detail: Any) -> None:
    """Note on the line what is changed of whom; personal values are no part of it."""
    work.line.changed.update(dict.fromkeys(names))
    work.line.detail.update({"staff": str(row_id), **detail})
