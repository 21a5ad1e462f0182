"""The demo staff: a small company to try the service with, all of it made up."""

from dataclasses import dataclass
from typing import Final

from app.core.access import ActorKind


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


HEAD_OFFICE: Final = "Head office"
EAST: Final = "East China"
SOUTH: Final = "South China"
SHANGHAI: Final = "Shanghai sales"
SHENZHEN: Final = "Shenzhen sales"
SERVICE: Final = "Customer service"

# A department stands below the one that it names, which comes before it.
DEPARTMENTS: Final = (
    DemoDepartment(HEAD_OFFICE, "总部"),
    DemoDepartment(EAST, "华东大区", HEAD_OFFICE),
    DemoDepartment(SHANGHAI, "上海销售部", EAST),
    DemoDepartment("Hangzhou sales", "杭州销售部", EAST),
    DemoDepartment(SOUTH, "华南大区", HEAD_OFFICE),
    DemoDepartment(SHENZHEN, "深圳销售部", SOUTH),
    DemoDepartment(SERVICE, "客服中心", HEAD_OFFICE),
)

COLLEAGUES: Final = (
    DemoColleague("administrator", "安宁 An Ning", "administrator", HEAD_OFFICE),
    DemoColleague("data_officer", "白露 Bai Lu", "data_officer", HEAD_OFFICE),
    DemoColleague("sales", "林晓 Lin Xiao", "sales", SHANGHAI),
    DemoColleague("sales_south", "方远 Fang Yuan", "sales", SHENZHEN),
    DemoColleague("service", "苏晴 Su Qing", "service", SERVICE),
    DemoColleague("marketing", "夏荷 Xia He", "marketing", HEAD_OFFICE),
    DemoColleague("data_entry", "陆舟 Lu Zhou", "data_entry", EAST),
    DemoColleague("auditor", "严实 Yan Shi", "auditor", HEAD_OFFICE),
    DemoColleague("integration", "网店系统 Web shop", "integration", HEAD_OFFICE, ActorKind.CLIENT),
)
