"""Closed sets of purchases."""

from app.core.kinds import Choice


class OrderChannel(Choice):
    """Where an order came in."""

    STORE = "store", "Store", "门店"
    ONLINE = "online", "Online shop", "网店"
    PHONE = "phone", "Phone", "电话"
    WECHAT = "wechat", "WeChat", "微信"
    SALES = "sales", "Sales person", "销售人员"
    PARTNER = "partner", "Partner", "合作伙伴"


class OrderStatus(Choice):
    """Where an order stands."""

    DRAFT = "draft", "Draft", "草稿"
    PLACED = "placed", "Placed", "已下单"
    FULFILLED = "fulfilled", "Fulfilled", "已履约"
    COMPLETED = "completed", "Completed", "已完成"
    CANCELLED = "cancelled", "Cancelled", "已取消"
    RETURNED = "returned", "Returned", "已退货"


class ReturnReason(Choice):
    """Why something came back."""

    DAMAGED = "damaged", "Damaged", "损坏"
    WRONG_ITEM = "wrong-item", "Wrong item", "发错货"
    NOT_AS_DESCRIBED = "not-as-described", "Not as described", "与描述不符"
    NOT_WANTED = "not-wanted", "Not wanted any more", "不再需要"
    OTHER = "other", "Other", "其他"
