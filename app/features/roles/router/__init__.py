"""Routes of roles, their drafts, and the rules that keep them apart."""

from typing import Final

from app.features.roles.router.drafts import router as drafts
from app.features.roles.router.roles import router as roles
from app.features.roles.router.separations import router as separations

ROUTES: Final = [*roles.routes, *drafts.routes, *separations.routes]
