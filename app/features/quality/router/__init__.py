"""Routes of quality."""

from app.features.quality.router.figures import figures, scores
from app.features.quality.router.issues import router as issues
from app.features.quality.router.periods import completeness, freshness
from app.features.quality.router.rules import router as rules

ROUTES = [
    *rules.routes,
    *freshness.routes,
    *completeness.routes,
    *issues.routes,
    *scores.routes,
    *figures.routes,
]
