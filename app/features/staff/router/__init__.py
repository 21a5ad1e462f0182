"""Routes of the staff."""

from app.features.staff.router import departments, invitations, staff, users

ROUTES = [*staff.router.routes, *users.router.routes, *departments.router.routes]
ROUTES += invitations.router.routes
