"""Routes of products and their categories."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound, Stale
from app.core.views import Listed, Shown
from app.features.purchases.problems import (
    CategoryInUse,
    CategoryNotAvailable,
    CategoryTooDeep,
    ProductCodeTaken,
    ProductRetired,
)
from app.features.purchases.schemas import (
    NewProduct,
    NewProductCategory,
    ProductCategoryChange,
    ProductCategoryView,
    ProductChange,
    ProductView,
)
from app.features.purchases.service import CategoryService, ProductService
from app.http.documents import PARAMETERS, ListOf, parameters
from app.http.routes import IfMatch, Query, Work, feature_router

products = feature_router("products")
categories = feature_router("product-categories", "products")
READING: Final = Permission.SIGNED_IN
WRITING: Final = Permission.PRODUCTS_WRITE
LISTING: Final = (FieldNotAvailable, CursorInvalid, Malformed)


def _narrowed(name: str, about: str, schema: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, "in": "query", "description": about, "schema": schema}


AN_ID: Final = {"type": "string", "format": "uuid"}
CODE: Final = _narrowed("code", "With this code.", {"type": "string"})
RETIRED: Final = _narrowed("retired", "Those retired instead of those in use.", {"type": "boolean"})
PAGING: Final = (PARAMETERS["limit"], PARAMETERS["cursor"], CODE, RETIRED)


@products.get(
    permission=READING,
    response_model=ListOf[ProductView],
    problems=LISTING,
    extra={"parameters": [*PAGING, _narrowed("product_category_id", "Of this category.", AN_ID)]},
)
async def list_products(asked: Query, work: Work) -> Listed:
    """List products in the order of their codes; retired ones by `retired=true`."""
    return await ProductService(work).page(asked)


@products.post(
    permission=WRITING,
    response_model=ProductView,
    status=201,
    problems=(ProductCodeTaken, CategoryNotAvailable, Malformed),
)
async def create_product(new: NewProduct, work: Work) -> Shown:
    """Open a product; its code names it for good, also after it is retired."""
    return await ProductService(work).open(new.values())


@products.get(
    "/{product_id}",
    permission=READING,
    response_model=ProductView,
    extra=parameters("if_none_match"),
)
async def get_product(product_id: UUID, work: Work) -> Shown:
    """Show a product, retired or not."""
    return await ProductService(work).get(product_id)


@products.patch(
    "/{product_id}",
    permission=WRITING,
    response_model=ProductView,
    problems=(Stale, ProductRetired, CategoryNotAvailable, Malformed),
)
async def change_product(
    product_id: UUID, change: ProductChange, seen: IfMatch, work: Work
) -> Shown:
    """Change a product by a merge patch; orders keep the prices that they were made with."""
    return await ProductService(work).change(product_id, seen, change.values())


@products.post(
    "/{product_id}/retire",
    permission=WRITING,
    response_model=ProductView,
    problems=(NotFound, Stale, ProductRetired),
)
async def retire_product(product_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Take a product out of sale for good; what was bought keeps its name."""
    return await ProductService(work).retire(product_id, seen)


@categories.get(
    permission=READING,
    response_model=ListOf[ProductCategoryView],
    problems=LISTING,
    extra={"parameters": [*PAGING, _narrowed("parent_id", "Directly below this one.", AN_ID)]},
)
async def list_product_categories(asked: Query, work: Work) -> Listed:
    """List product categories in the order of their codes; retired ones by `retired=true`."""
    return await CategoryService(work).page(asked)


@categories.post(
    permission=WRITING,
    response_model=ProductCategoryView,
    status=201,
    problems=(ProductCodeTaken, CategoryNotAvailable, CategoryTooDeep, Malformed),
)
async def create_product_category(new: NewProductCategory, work: Work) -> Shown:
    """Open a category, at most on the fifth level of the tree."""
    return await CategoryService(work).open(new.values())


@categories.get(
    "/{product_category_id}",
    permission=READING,
    response_model=ProductCategoryView,
    extra=parameters("if_none_match"),
)
async def get_product_category(product_category_id: UUID, work: Work) -> Shown:
    """Show a product category, retired or not."""
    return await CategoryService(work).get(product_category_id)


@categories.patch(
    "/{product_category_id}",
    permission=WRITING,
    response_model=ProductCategoryView,
    problems=(Stale, ProductRetired, CategoryNotAvailable, CategoryTooDeep, Malformed),
)
async def change_product_category(
    product_category_id: UUID, change: ProductCategoryChange, seen: IfMatch, work: Work
) -> Shown:
    """Change or move a category; refused below itself and beyond five levels."""
    return await CategoryService(work).change(product_category_id, seen, change.values())


@categories.post(
    "/{product_category_id}/retire",
    permission=WRITING,
    response_model=ProductCategoryView,
    problems=(NotFound, Stale, ProductRetired, CategoryInUse),
)
async def retire_product_category(product_category_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Take a category out of use; refused while something in use stands below it."""
    return await CategoryService(work).retire(product_category_id, seen)
