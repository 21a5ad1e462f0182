"""What comes in about the staff, and the form of what leaves."""

from app.features.staff.schemas.departments import (
    DepartmentChange,
    DepartmentView,
    NewDepartment,
)
from app.features.staff.schemas.imports import (
    DepartmentImport,
    DepartmentImportAnswer,
    DepartmentItem,
    UserImport,
    UserImportAnswer,
    UserItem,
)
from app.features.staff.schemas.staff import (
    MeView,
    PermissionsView,
    RoleView,
)
from app.features.staff.schemas.users import (
    Acceptance,
    AcceptedView,
    InvitedView,
    NewUser,
    UserChange,
    UserView,
    WholeUserView,
)

__all__ = [
    "Acceptance",
    "AcceptedView",
    "DepartmentChange",
    "DepartmentImport",
    "DepartmentImportAnswer",
    "DepartmentItem",
    "DepartmentView",
    "InvitedView",
    "MeView",
    "NewDepartment",
    "NewUser",
    "PermissionsView",
    "RoleView",
    "UserChange",
    "UserImport",
    "UserImportAnswer",
    "UserItem",
    "UserView",
    "WholeUserView",
]
