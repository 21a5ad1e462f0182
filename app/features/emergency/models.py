"""The closed set of emergencies, with its words in both languages."""

from app.core.kinds import Choice


class EmergencyReason(Choice):
    """Why a customer out of reach has to be opened at once."""

    SAFETY = "safety", "Danger to somebody", "人身安全"
    SERVICE_OUTAGE = "service_outage", "The customer's business stands still", "客户业务中断"
    DATA_BREACH = "data_breach", "Suspected breach of data", "疑似数据泄露"
    LEGAL_DEADLINE = "legal_deadline", "A deadline of law or an authority", "法定或监管期限"
    NOBODY_THERE = "nobody_there", "Nobody responsible can be reached", "责任人无法联系"
    OTHER = "other", "Another emergency", "其他紧急情况"
