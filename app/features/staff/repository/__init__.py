"""The staff in the database."""

from app.features.staff.repository.accounts import Account, AccountRepository
from app.features.staff.repository.changing import changing_staff
from app.features.staff.repository.departments import DepartmentRepository
from app.features.staff.repository.invitations import Invitation, InvitationRepository
from app.features.staff.repository.owned_clients import OwnedClientRepository
from app.features.staff.repository.staff import (
    ALL_DEPARTMENTS,
    ALL_ROLES,
    ALL_USERS,
    EPOCH,
    read_epoch,
    read_staff,
)
from app.features.staff.repository.uses import write_uses

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
    "OwnedClientRepository",
    "changing_staff",
    "read_epoch",
    "read_staff",
    "write_uses",
]
