"""The demo staff: a small company to try the service with, all of it made up."""

from dataclasses import dataclass, replace
from typing import Final

from app.core.access import ActorKind
from app.features.staff.roles import SHIPPED


@dataclass(frozen=True, slots=True)
class DemoDepartment:
    """A department, and the name of the one above it."""

    name: str
    name_zh: str
    above: str | None = None


@dataclass(frozen=True, slots=True)
class DemoColleague:
    """Somebody, or another system, that works with the service in one role."""

    username: str
    display_name: str
    role: str
    department: str
    kind: ActorKind = ActorKind.PERSON
    further: tuple[str, ...] = ()


HEAD_OFFICE: Final = "Head office"
EAST: Final = "East China"
SOUTH: Final = "South China"
SHANGHAI: Final = "Shanghai sales"
HANGZHOU: Final = "Hangzhou sales"
SHENZHEN: Final = "Shenzhen sales"
SERVICE: Final = "Customer service"

# A department stands below the one that it names, which comes before it.
DEPARTMENTS: Final = (
    DemoDepartment(HEAD_OFFICE, "总部"),
    DemoDepartment(EAST, "华东大区", HEAD_OFFICE),
    DemoDepartment(SHANGHAI, "上海销售部", EAST),
    DemoDepartment(HANGZHOU, "杭州销售部", EAST),
    DemoDepartment(SOUTH, "华南大区", HEAD_OFFICE),
    DemoDepartment(SHENZHEN, "深圳销售部", SOUTH),
    DemoDepartment(SERVICE, "客服中心", HEAD_OFFICE),
)

DATA_OFFICER: Final = next(role for role in SHIPPED if role.code == "data_officer")
REGIONAL_OFFICER: Final = "regional_officer"
# Roles of this company beside the shipped ones.
ROLES: Final = (
    replace(
        DATA_OFFICER,
        code=REGIONAL_OFFICER,
        en="Regional officer",
        zh="区域数据专员",
        reaches_all=False,
    ),
)

COLLEAGUES: Final = (
    DemoColleague("administrator", "安宁 An Ning", "administrator", HEAD_OFFICE),
    DemoColleague("data_officer", "白露 Bai Lu", "data_officer", HEAD_OFFICE),
    DemoColleague("regional_officer_east", "东方 Dong Fang", REGIONAL_OFFICER, EAST),
    DemoColleague("regional_officer_south", "南星 Nan Xing", REGIONAL_OFFICER, SOUTH),
    DemoColleague("sales", "林晓 Lin Xiao", "sales", SHANGHAI),
    DemoColleague("sales_south", "方远 Fang Yuan", "sales", SHENZHEN),
    DemoColleague("service", "苏晴 Su Qing", "service", SERVICE),
    DemoColleague("marketing", "夏荷 Xia He", "marketing", HEAD_OFFICE),
    DemoColleague("data_entry", "陆舟 Lu Zhou", "data_entry", EAST),
    DemoColleague("auditor", "严实 Yan Shi", "auditor", HEAD_OFFICE),
)

# Other systems; somebody answers for them.
CLIENTS: Final = (
    DemoColleague("integration", "网店系统 Web shop", "integration", HEAD_OFFICE, ActorKind.CLIENT),
    DemoColleague("reporting", "报表系统 Reports", "integration", HEAD_OFFICE, ActorKind.CLIENT),
)
OWNER: Final = "data_officer"

# Those who are invited and have not come yet: no password opens their accounts.
INVITED: Final = (
    DemoColleague("jiang.nan", "江楠 Jiang Nan", "administrator", HEAD_OFFICE),
    DemoColleague("helen.moss", "莫海伦 Helen Moss", "data_officer", HEAD_OFFICE),
    DemoColleague("oliver.finch", "范奥 Oliver Finch", "auditor", HEAD_OFFICE),
    DemoColleague("yan.hong", "颜虹 Yan Hong", "marketing", HEAD_OFFICE),
    DemoColleague("shi.lei", "石磊 Shi Lei", "marketing", EAST),
    DemoColleague("ren.jing", "任静 Ren Jing", "sales", EAST, further=(SOUTH,)),
    DemoColleague("du.heng", "杜恒 Du Heng", "sales", SOUTH),
    DemoColleague("gu.yue", "顾月 Gu Yue", "sales", SHANGHAI),
    DemoColleague("peter.lund", "隆彼得 Peter Lund", "sales", SHANGHAI),
    DemoColleague("he.tao", "贺涛 He Tao", "sales", SHANGHAI, further=(HANGZHOU,)),
    DemoColleague("meng.qi", "孟琪 Meng Qi", "sales", SHANGHAI),
    DemoColleague("ines.rocha", "罗茵 Ines Rocha", "sales", SHANGHAI),
    DemoColleague("shen.zhou", "沈周 Shen Zhou", "sales", HANGZHOU),
    DemoColleague("lan.xin", "蓝心 Lan Xin", "sales", HANGZHOU),
    DemoColleague("tom.hardwick", "哈汤 Tom Hardwick", "sales", HANGZHOU),
    DemoColleague("qiao.mu", "乔木 Qiao Mu", "sales", HANGZHOU),
    DemoColleague("cheng.feng", "程枫 Cheng Feng", "sales", SHENZHEN),
    DemoColleague("wen.ya", "温雅 Wen Ya", "sales", SHENZHEN),
    DemoColleague("nina.berg", "白妮 Nina Berg", "sales", SHENZHEN),
    DemoColleague("luo.cheng", "骆诚 Luo Cheng", "sales", SHENZHEN),
    DemoColleague("tang.yun", "唐云 Tang Yun", "service", SERVICE),
    DemoColleague("mark.ellis", "艾马克 Mark Ellis", "service", SERVICE),
    DemoColleague("zhu.qing", "朱青 Zhu Qing", "service", SERVICE),
    DemoColleague("feng.he", "冯和 Feng He", "service", SERVICE),
    DemoColleague("ruth.adler", "安如 Ruth Adler", "service", SERVICE),
    DemoColleague("xu.ping", "许平 Xu Ping", "data_entry", EAST),
    DemoColleague("emma.lindt", "林艾玛 Emma Lindt", "data_entry", SOUTH),
    DemoColleague("mi.lu", "米露 Mi Lu", "data_entry", SERVICE),
    DemoColleague("yu.fan", "余帆 Yu Fan", "data_entry", HEAD_OFFICE),
    DemoColleague("ahmed.nasr", "纳安 Ahmed Nasr", "sales", SOUTH),
)
