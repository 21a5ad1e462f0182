"""What purchases refuse."""

from app.core.problems import Problem


class ProductCodeTaken(Problem):
    """A code names one product, or one category, for good."""

    slug, status = "product-code-taken", 409
    title = "This code is taken, perhaps by something that is retired."
    title_zh = "该编码已被使用（可能属于已停用的条目）。"


class ProductNotAvailable(Problem):
    """Only products that are there and not retired are sold; `codes` are not told."""

    slug, status = "product-not-available", 409
    title = "There is no such product, or it is retired."
    title_zh = "没有此产品，或该产品已停用。"


class CategoryNotAvailable(Problem):
    """Categories are named by their id, and only those in use."""

    slug, status = "category-not-available", 409
    title = "There is no such product category, or it is retired."
    title_zh = "没有此产品分类，或该分类已停用。"


class CategoryTooDeep(Problem):
    """The tree has five levels, and no branch leads back to itself."""

    slug, status = "category-too-deep", 409
    title = "Product categories stand in at most five levels, and none below itself."
    title_zh = "产品分类最多五级，且不能置于自身之下。"


class CategoryInUse(Problem):
    """A category is retired when nothing in use stands below it."""

    slug, status = "category-in-use", 409
    title = "Products or categories in use stand below this category."
    title_zh = "该分类下仍有在用的产品或分类。"


class ProductRetired(Problem):
    """What is retired stays as it was."""

    slug, status = "product-retired", 409
    title = "This is retired and takes no change."
    title_zh = "该条目已停用，不能修改。"


class OrderNumberTaken(Problem):
    """An order number is given once over all customers."""

    slug, status = "order-number-taken", 409
    title = "There is an order with this number already."
    title_zh = "该订单号已存在。"


class OrderNotDraft(Problem):
    """What a customer has agreed to is changed by cancelling and returning only."""

    slug, status = "order-not-draft", 409
    title = "Only a draft can be changed; this order has been placed or cancelled."
    title_zh = "只有草稿可以修改；该订单已下单或已取消。"


class OrderEmpty(Problem):
    """An order without lines cannot be placed."""

    slug, status = "order-empty", 409
    title = "An order needs at least one line before it is placed."
    title_zh = "下单前订单至少需要一行。"


class OrderFull(Problem):
    """An order has at most 200 lines."""

    slug, status = "order-full", 409
    title = "An order has at most 200 lines."
    title_zh = "一个订单最多 200 行。"


class TransitionNotAllowed(Problem):
    """Orders go from draft over placed and fulfilled to completed; see docs/purchases.md."""

    slug, status = "transition-not-allowed", 409
    title = "The order does not stand where this step begins."
    title_zh = "订单当前状态不允许此操作。"


class DiscountTooLarge(Problem):
    """A line is never less than nothing."""

    slug, status = "discount-too-large", 409
    title = "The discount is more than the line comes to."
    title_zh = "折扣超过该行金额。"


class AmountTooLarge(Problem):
    """Amounts have at most thirteen digits before the point."""

    slug, status = "amount-too-large", 409
    title = "The amount is larger than can be kept."
    title_zh = "金额超出可保存的范围。"


class PriceMissing(Problem):
    """The list price serves where it is in the order's currency only."""

    slug, status = "price-missing", 409
    title = "The product has no list price in this currency; give a price."
    title_zh = "该产品没有此币种的标价，请填写单价。"


class ReturnTooLarge(Problem):
    """Nothing comes back that was not bought, or has come back before."""

    slug, status = "return-too-large", 409
    title = "More cannot be returned than was bought and is not back yet."
    title_zh = "退货数量不能超过已购且未退的数量。"
