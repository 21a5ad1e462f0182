"""The closed sets of the archive, with their words in both languages."""

from app.core.kinds import Choice


class CustomerKind(Choice):
    """Whether a record stands for a person or an organisation."""

    PERSON = "person", "Person", "个人"
    ORGANIZATION = "organization", "Organisation", "单位"


class Status(Choice):
    """Where the record stands."""

    PROSPECT = "prospect", "Prospect", "潜在"
    ACTIVE = "active", "Active", "正常"
    INACTIVE = "inactive", "Inactive", "停用"
    ARCHIVED = "archived", "Archived", "归档"
    ANONYMIZED = "anonymized", "Anonymised", "已匿名"
    MERGED = "merged", "Merged", "已合并"


class Nature(Choice):
    """The nature of the customer."""

    GOVERNMENT = "government", "Government", "政府机构"
    SPECIAL_COMPANY = "special_company", "Special company", "特殊公司"
    COMPANY = "company", "Company", "普通公司"
    INDIVIDUAL = "individual", "Individual", "顾客个人"
    PARTNER = "partner", "Partner", "合作伙伴"


class Lifecycle(Choice):
    """How long the customer has been known."""

    NEW = "new", "New", "新客户"
    EXISTING = "existing", "Existing", "老客户"
    FUTURE = "future", "Future", "未来客户"


class TradeStage(Choice):
    """How trade with the customer stands."""

    PAST = "past", "Past", "过去型"
    CURRENT = "current", "Current", "现在型"
    UPCOMING = "upcoming", "Upcoming", "未来型"


class MarketPosition(Choice):
    """How much the customer weighs in its market."""

    MAIN = "main", "Main", "主要客户"
    GENERAL = "general", "General", "一般客户"
    SCATTERED = "scattered", "Scattered", "零散客户"


class Channel(Choice):
    """How the customer is reached."""

    DIRECT = "direct", "Direct", "直接"
    INDIRECT = "indirect", "Indirect", "间接"


class Tier(Choice):
    """The grade of the customer."""

    A = "A", "A", "A级"
    B = "B", "B", "B级"
    C = "C", "C", "C级"
    D = "D", "D", "D级"


class PoolReason(Choice):
    """Why a customer is in the common pool; the last one is the automatic return's own."""

    UNREACHABLE = "unreachable", "Cannot be reached", "联系不上"
    NO_NEED = "no_need", "No need at present", "暂无需求"
    LOST = "lost", "Bought elsewhere", "已选择其他供应商"
    TOO_MANY = "too_many", "Too many customers", "客户过多"
    OTHER = "other", "Other reason", "其他原因"
    NO_FOLLOW_UP = "no_follow_up", "Not followed up in time", "超期未跟进"


class ContactType(Choice):
    """The way that a contact point is used."""

    PHONE = "phone", "Phone", "电话"
    EMAIL = "email", "E-mail", "电子邮件"
    WECHAT = "wechat", "WeChat", "微信"
    QQ = "qq", "QQ", "QQ"
    WEIBO = "weibo", "Weibo", "微博"
    FAX = "fax", "Fax", "传真"
    WEBSITE = "website", "Website", "网站"
    OTHER = "other", "Other", "其他"


class ContactState(Choice):
    """Whether a contact point still works."""

    UNKNOWN = "unknown", "Unknown", "未知"
    VALID = "valid", "Valid", "有效"
    BOUNCED = "bounced", "Bounced", "退回"
    INVALID = "invalid", "Invalid", "无效"


class AddressType(Choice):
    """What an address is for."""

    REGISTERED = "registered", "Registered", "注册地址"
    BILLING = "billing", "Billing", "开票地址"
    SHIPPING = "shipping", "Shipping", "收货地址"
    HOME = "home", "Home", "家庭住址"
    SITE = "site", "Site", "经营地址"


class RelationshipType(Choice):
    """What one customer is to another."""

    CONTACT = "contact", "Contact", "联系人"
    EMPLOYEE = "employee", "Employee", "员工"
    OWNER = "owner", "Owner", "经营者"
    LEGAL_REPRESENTATIVE = "legal_representative", "Legal representative", "法定代表人"
    MANAGER = "manager", "Manager", "负责人"
    PARENT_COMPANY = "parent_company", "Parent company", "母公司"
    SUBSIDIARY = "subsidiary", "Subsidiary", "子公司"
    FAMILY = "family", "Family", "家庭成员"
    REFERRER = "referrer", "Referrer", "介绍人"
    PARTNER = "partner", "Partner", "合作伙伴"


class Gender(Choice):
    """Gender (GB/T 2261.1 in words)."""

    MALE = "male", "Male", "男"
    FEMALE = "female", "Female", "女"
    OTHER = "other", "Other", "其他"
    UNKNOWN = "unknown", "Unknown", "未知"


class AgeBand(Choice):
    """Age in bands wide enough to be filtered on."""

    UNDER_18 = "under_18", "Under 18", "18岁以下"
    FROM_18 = "18_24", "18 to 24", "18-24岁"
    FROM_25 = "25_34", "25 to 34", "25-34岁"
    FROM_35 = "35_44", "35 to 44", "35-44岁"
    FROM_45 = "45_54", "45 to 54", "45-54岁"
    FROM_55 = "55_64", "55 to 64", "55-64岁"
    FROM_65 = "65_up", "65 and over", "65岁以上"


class DocumentType(Choice):
    """Which document proves the identity."""

    RESIDENT_ID = "resident_id", "Resident identity card", "居民身份证"
    PASSPORT = "passport", "Passport", "护照"
    OTHER = "other", "Other document", "其他证件"


class OrgForm(Choice):
    """The legal form of an organisation."""

    STATE_OWNED = "state_owned", "State-owned company", "国有企业"
    PRIVATE = "private", "Private company", "民营企业"
    FOREIGN = "foreign", "Foreign-invested company", "外资企业"
    JOINT_VENTURE = "joint_venture", "Joint venture", "合资企业"
    LISTED = "listed", "Listed company", "上市公司"
    SOLE_TRADER = "sole_trader", "Sole trader", "个体工商户"
    PUBLIC_BODY = "public_body", "Public body", "事业单位"
    OTHER = "other", "Other", "其他"


class Direction(Choice):
    """From which side a relationship was recorded."""

    OUTGOING = "outgoing", "Outgoing", "主动"
    INCOMING = "incoming", "Incoming", "被动"


class DuplicateStatus(Choice):
    """What is said of two records that may be of one customer."""

    OPEN = "open", "Open", "待处理"
    MERGED = "merged", "Merged", "已合并"
    NOT_DUPLICATE = "not_duplicate", "Not duplicates", "非重复"
    DEFERRED = "deferred", "Deferred", "暂缓"
