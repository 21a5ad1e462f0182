"""The staff in the database."""

from app.features.staff.repository.accounts import Account, AccountRepository
from app.features.staff.repository.changing import changing_staff
from app.features.staff.repository.departments import DepartmentRepository
from app.features.staff.repository.invitations import Invitation, InvitationRepository
from app.features.staff.repository.staff import (
    ALL_DEPARTMENTS,
    ALL_ROLES,
    ALL_USERS,
    EPOCH,
    read_epoch,
    read_staff,
)

__all__ = [
    "ALL_DEPARTMENTS",
    "ALL_ROLES",
    "ALL_USERS",
    "EPOCH",
    "Account",
    "AccountRepository",
    "DepartmentRepository",
    "Invitation",
    "InvitationRepository",
    "changing_staff",
    "read_epoch",
    "read_staff",
]
