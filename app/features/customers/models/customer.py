"""The master record: names, classes, main contact data and the course of trade."""

from sqlalchemy import BigInteger, Column, Index, Uuid
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import ARRAY

from app.core import kinds
from app.core.fields import Field, Level
from app.core.kinds import choice, text
from app.core.records import Record
from app.features.customers.matching import keys
from app.features.customers.models import choices
from app.features.customers.models.groups import (
    ADDRESS,
    CLASSES,
    CONTACT,
    IDENTITY,
    NOTES,
    OWNERSHIP,
    REGION,
    TRADE,
)


class Customer(
    Record,
    noun="customer",
    single=True,
    extra=(
        Column("name_tokens", ARRAY(BigInteger)),
        Column("merged_into_id", Uuid),
        Index(
            "ix_customers_name_tokens",
            "name_tokens",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 1024},
        ),
        Index("ix_customers_customer_id_department_id", "department_id", "customer_id"),
        Index("ix_customers_tier_customer_id", "tier", "customer_id"),
        Index("ix_customers_city_customer_id", "city", "customer_id"),
        Index("ix_customers_owner_id_customer_id", "owner_id", "customer_id"),
        Index(
            "ix_customers_department_id_pooled_at",
            *("department_id", "pooled_at"),
            postgresql_where=sql_text("pooled_at is not null"),
        ),
        Index(
            "ix_customers_department_id_last_follow_up_on",
            *("department_id", "last_follow_up_on"),
            postgresql_where=sql_text("owner_id is not null"),
        ),
    ),
):
    """A person or an organisation that the company knows."""

    kind = Field(
        kind=choice(choices.CustomerKind),
        en="Kind",
        zh="客户类型",
        group=CLASSES,
        required=True,
        fixed=True,
        aliases=("类型",),
    )
    name = Field(
        kind=kinds.PARTY_NAME,
        en="Name",
        zh="客户名称",
        group=IDENTITY,
        level=Level.PERSONAL,
        required=True,
        aliases=("姓名", "名称", "客户姓名", "单位名称", "Full name"),
        match=keys.of_name,
    )
    pinyin = Field(
        kind=text(max_length=400),
        en="Pinyin",
        zh="拼音",
        group=IDENTITY,
        level=Level.PERSONAL,
        owned=True,
        example="zhang wei",
    )
    index_letter = Field(
        kind=text(max_length=1),
        en="Index letter",
        zh="首字母",
        group=IDENTITY,
        owned=True,
        example="Z",
    )
    other_name = Field(
        kind=kinds.PARTY_NAME,
        en="Other name",
        zh="别名",
        group=IDENTITY,
        level=Level.PERSONAL,
        aliases=("简称", "曾用名", "英文名", "Short name", "English name"),
        example="Wei Zhang",
        match=keys.of_name,
    )
    status = Field(
        kind=choice(choices.Status),
        en="Status",
        zh="状态",
        group=CLASSES,
        owned=True,
        required=True,
        default="active",
        example="active",
    )
    lifecycle = Field(
        kind=choice(choices.Lifecycle),
        en="Lifecycle",
        zh="客户生命周期",
        group=CLASSES,
        example="existing",
    )
    trade_stage = Field(
        kind=choice(choices.TradeStage),
        en="Trade stage",
        zh="交易阶段",
        group=CLASSES,
        example="current",
    )
    nature = Field(
        kind=choice(choices.Nature), en="Nature", zh="客户性质", group=CLASSES, example="individual"
    )
    market_position = Field(
        kind=choice(choices.MarketPosition),
        en="Market position",
        zh="市场地位",
        group=CLASSES,
        example="general",
    )
    channel = Field(kind=choice(choices.Channel), en="Channel", zh="渠道", group=CLASSES)
    tier = Field(
        kind=choice(choices.Tier),
        en="Tier",
        zh="客户等级",
        group=CLASSES,
        aliases=("等级", "级别"),
    )
    source = Field(
        kind=text(max_length=100),
        en="Source",
        zh="客户来源",
        group=CLASSES,
        aliases=("来源",),
        example="Trade fair",
    )
    owner_id = Field(kind=kinds.UUID, en="Owner", zh="客户经理", group=OWNERSHIP)
    department_id = Field(
        kind=kinds.UUID, en="Department", zh="所属部门", group=OWNERSHIP, required=True
    )
    pooled_at = Field(
        kind=kinds.TIMESTAMP, en="In the pool since", zh="进入公海时间", group=OWNERSHIP, owned=True
    )
    pooled_for = Field(
        kind=choice(choices.PoolReason),
        en="In the pool because",
        zh="进入公海原因",
        group=OWNERSHIP,
        owned=True,
        example="no_need",
    )
    last_follow_up_on = Field(
        kind=kinds.DATE,
        en="Last follow-up",
        zh="最近跟进日期",
        group=OWNERSHIP,
        owned=True,
        example="2026-10-01",
    )
    country = Field(kind=kinds.COUNTRY, en="Country", zh="国家", group=REGION)
    province = Field(
        kind=text(max_length=50),
        en="Province",
        zh="省份",
        group=REGION,
        aliases=("省",),
        example="北京市",
    )
    city = Field(
        kind=text(max_length=50),
        en="City",
        zh="城市",
        group=REGION,
        aliases=("市",),
        example="北京市",
    )
    district = Field(
        kind=text(max_length=50),
        en="District",
        zh="区县",
        group=REGION,
        aliases=("区", "县"),
        example="海淀区",
    )
    phone = Field(
        kind=kinds.PHONE,
        en="Phone",
        zh="手机",
        group=CONTACT,
        level=Level.PERSONAL,
        lookup="phone",
        aliases=("电话", "手机号", "手机号码", "联系电话", "Mobile", "Mobile phone"),
        match=keys.of_phone,
    )
    email = Field(
        kind=kinds.EMAIL,
        en="E-mail",
        zh="电子邮箱",
        group=CONTACT,
        level=Level.PERSONAL,
        lookup="email",
        aliases=("邮箱", "电子邮件", "Email"),
        match=keys.of_account,
    )
    wechat = Field(
        kind=kinds.WECHAT,
        en="WeChat",
        zh="微信",
        group=CONTACT,
        level=Level.PERSONAL,
        lookup="wechat",
        aliases=("微信号",),
        match=keys.of_account,
    )
    address = Field(
        kind=text(max_length=300),
        en="Address",
        zh="地址",
        group=ADDRESS,
        level=Level.PERSONAL,
        listed=False,
        aliases=("详细地址", "联系地址"),
        example="示例路 1 号",
        match=keys.of_address,
    )
    postcode = Field(
        kind=kinds.POSTCODE,
        en="Postcode",
        zh="邮编",
        group=ADDRESS,
        level=Level.PERSONAL,
        listed=False,
        aliases=("邮政编码",),
    )
    first_contact_at = Field(
        kind=kinds.TIMESTAMP, en="First contact", zh="首次接触时间", group=TRADE
    )
    first_trade_on = Field(
        kind=kinds.DATE,
        en="First trade",
        zh="初次交易日期",
        group=TRADE,
        aliases=("开始交易时间",),
        example="2026-01-12",
    )
    contract_until = Field(
        kind=kinds.DATE,
        en="Contract until",
        zh="合同到期日",
        group=TRADE,
        aliases=("合同截止日期",),
        example="2027-12-31",
    )
    last_interaction_at = Field(
        kind=kinds.TIMESTAMP, en="Last interaction", zh="最近联系时间", group=TRADE
    )
    last_verified_at = Field(
        kind=kinds.TIMESTAMP, en="Last verified", zh="最近核实时间", group=TRADE
    )
    remark = Field(
        kind=text(max_length=2000, multiline=True),
        en="Remark",
        zh="备注",
        group=NOTES,
        level=Level.PERSONAL,
        listed=False,
    )
