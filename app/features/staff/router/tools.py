"""What the routes of the staff take from the process."""

from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory


def directory_of(work: UnitOfWork) -> StaffDirectory:
    """Return the staff directory of this process."""
    directory: StaffDirectory = work.platform.tools[StaffDirectory]
    return directory
