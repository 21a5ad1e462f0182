"""Routes of products and purchases."""

from app.features.purchases.router.acts import router as acts
from app.features.purchases.router.lines import returns
from app.features.purchases.router.lines import router as lines
from app.features.purchases.router.orders import across, bought, router
from app.features.purchases.router.products import categories, products

ROUTES = [
    *products.routes,
    *categories.routes,
    *across.routes,
    *router.routes,
    *acts.routes,
    *lines.routes,
    *returns.routes,
    *bought.routes,
]
