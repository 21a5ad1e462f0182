"""Views of users and departments: what leaves of them."""

from dataclasses import asdict
from typing import Any

from app.features.staff.repository import Account
from app.features.staff.snapshot import Department, User


def user_view(user: User | Account) -> dict[str, Any]:
    """Show a user as lists do."""
    return {
        "user_id": user.user_id,
        "username": user.username,
        "display_name": user.display_name,
        "kind": user.kind,
        "status": user.status,
        "department_id": user.department_id,
        "further_department_ids": user.further,
        "roles": user.roles,
    }


def whole_view(account: Account) -> dict[str, Any]:
    """Show all of an account; its ETag is over this."""
    return {
        **user_view(account),
        "email": account.email,
        "created_at": account.created_at,
        "status_at": account.status_at,
        "status_by": account.status_by,
        "successor_id": account.successor_id,
    }


def department_view(department: Department) -> dict[str, Any]:
    """Show a department."""
    return asdict(department)
