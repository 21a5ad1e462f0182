"""Routes about access itself."""

from app.core.permissions import Permission
from app.core.problems import Malformed, NotFound
from app.core.views import Shown
from app.features.access.problems import NobodyToExplain
from app.features.access.schemas import Explain, Explanation
from app.features.access.service import AccessService
from app.http.routes import Work, feature_router

router = feature_router("access")


@router.post(
    "/explain",
    cost=5,
    permission=Permission.ACCESS_EXPLAIN,
    response_model=Explanation,
    problems=(NotFound, NobodyToExplain, Malformed),
    changes=False,
)
async def explain_access(asked: Explain, work: Work) -> Shown:
    """Explain what a user, or somebody of a role, sees of a customer, and which rule decides.

    The conditions are weighed by the statement that reading itself uses; no value is shown.
    """
    return await AccessService(work).explain(asked)
