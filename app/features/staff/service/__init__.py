"""What may be done with the staff."""

from app.features.staff.service.changing import changed_staff
from app.features.staff.service.departing import Departed, DepartureService
from app.features.staff.service.departments import DepartmentService
from app.features.staff.service.importing import DepartmentImportService, UserImportService
from app.features.staff.service.invitations import InvitationService
from app.features.staff.service.notices import tell_colleague
from app.features.staff.service.provisioning import NewPerson, ProvisioningService, Standing
from app.features.staff.service.staff import StaffService
from app.features.staff.service.users import UserService

__all__ = [
    "Departed",
    "DepartmentImportService",
    "DepartmentService",
    "DepartureService",
    "InvitationService",
    "NewPerson",
    "ProvisioningService",
    "StaffService",
    "Standing",
    "UserImportService",
    "UserService",
    "changed_staff",
    "tell_colleague",
]
