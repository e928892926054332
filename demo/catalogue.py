"""Types of cases and of facilities: the 403 national categories, with this city's limits and severities.

Limits are the reference city's own: hours or working days by class, shorter for what endangers people.
"""

import re
from functools import lru_cache

from data_access.profile import CaseType, FacilityType
from data_access.words import T
from demo.sources import categories

HOUR = 3600
DAY = 8 * HOUR
"""One working day is eight hours of desks: the default calendar's morning and afternoon."""

DANGERS = (
    (r"燃气|输油|热力井盖|架空线缆脱落|高压线|变压器|公路隧道", 2 * HOUR, False, 3),
    (r"井盖|沟槽盖板|消防设施|占用消防通道|信号灯|防汛|排水泵站|铁道口|道路积雪|电梯|电力设施异常|医疗废物|SOS",
     4 * HOUR, False, 2),
    (r"边坡|堤岸|跨河桥|立交桥|河道污染|水域护栏|违规高空|无证掘路", 8 * HOUR, False, 2),
    (r"道路遗撒|动物尸体|焚烧|油烟|噪声扰民|露天烧烤|施工扰民|暴露垃圾|满溢|乱倒乱排|车轮夹带|流浪",
     4 * HOUR, True, 1),
    (r"路灯|雨水箅子|道路破损|盲道|无障碍|行道树|工地扬尘|天桥|地下通道|护栏|限高", DAY, True, 1),
)  # fmt: skip
"""By name: limit in seconds, whether it is of working time, severity; the first match counts."""

CLASSES = {
    "市政公用设施": (5 * DAY, 0),
    "交通设施": (3 * DAY, 0),
    "市容环卫设施": (3 * DAY, 0),
    "园林绿化设施": (5 * DAY, 0),
    "其他管理部件": (10 * DAY, 0),
    "宣传广告": (DAY, 0),
    "施工管理": (2 * DAY, 1),
    "市容环境": (DAY, 0),
    "街面秩序": (4 * HOUR, 0),
    "其他事项": (4 * HOUR, 2),
}
SLOW = (
    (r"私搭乱建|无证建设|违章接坡|违章开设道口|非正规垃圾填埋场|占用河道|非法占绿", 15 * DAY),
    (r"户外广告|牌匾|外立面|文物|古树|地下室|立体车库|牌楼|水塔|铁塔", 10 * DAY),
    (r"废弃车辆|架设管线|空调室外机|地锁|停车场|桥下空间|无证餐饮", 5 * DAY),
)

FACILITY_SHARES = {
    "01037": 13, "04002": 15, "03005": 7, "02010": 8, "01002": 6, "01003": 6, "01004": 6, "01001": 4.5,
    "01005": 3, "01007": 4, "01010": 1.6, "01011": 2.2, "01006": 1.6, "01017": 1.2, "01015": 0.7, "01019": 0.4,
    "01013": 3, "01027": 1.6, "01028": 1, "01030": 2.4, "01031": 1.6, "01033": 0.5, "01046": 1.2, "01048": 1.3,
    "01049": 0.7, "01050": 2.4, "01054": 1.6, "01060": 0.8, "01062": 0.6, "01066": 0.3, "01067": 0.25,
    "01070": 0.4, "01072": 0.15, "01073": 0.4, "01075": 1.3, "01076": 0.6, "01077": 0.5, "01039": 0.7,
    "01042": 0.15, "01044": 0.2, "01065": 0.4, "02001": 0.9, "02004": 1.6, "02006": 0.12, "02007": 0.1,
    "02008": 0.08, "02009": 0.2, "02012": 1.3, "02014": 1.3, "02017": 1.8, "02020": 0.5, "02021": 1, "02023": 0.15,
    "02025": 1.1, "02034": 0.7, "02035": 0.2, "02038": 2.4, "02040": 0.15, "02043": 0.5, "03001": 0.8,
    "03002": 0.4, "03003": 0.6, "03004": 0.7, "03006": 0.6, "03007": 1.7, "03008": 0.8, "03010": 0.08,
    "03014": 0.3, "04001": 0.12, "04003": 0.5, "04005": 0.7, "04006": 0.15, "04007": 1, "04008": 0.6,
    "04011": 1.6, "04013": 1.2, "05003": 0.15,
}  # fmt: skip
"""Components that the city keeps, by code, with their share of all facilities."""


LOCAL_GROUP = T("本市扩展类", "Local additions")
LOCAL = (
    CaseType(
        key="e90001",
        title=T("道路积水", "Road flooding"),
        group=LOCAL_GROUP,
        limit=2 * HOUR,
        working=False,
        response=HOUR // 2,
        severity=2,
    ),
    CaseType(
        key="e90002",
        title=T("供暖不足", "Insufficient heating"),
        group=LOCAL_GROUP,
        limit=24 * HOUR,
        working=False,
        response=HOUR,
        severity=1,
    ),
)
"""Events that the national catalogue does not have and this city's incidents need."""


@lru_cache(maxsize=1)
def case_types() -> tuple[CaseType, ...]:
    """All categories as types, ``e06010`` an event and ``c01001`` a component; then the city's own."""
    return (*(_case_type(row) for row in categories()), *LOCAL)


@lru_cache(maxsize=1)
def facility_types() -> tuple[FacilityType, ...]:
    """The kinds of facilities the city keeps, under their category's key."""
    found = [row for row in categories() if row["kind"] == "component" and row["code"] in FACILITY_SHARES]
    groups = [T(r["class_zh"], r["class_en"]) for r in found]
    return tuple(
        FacilityType(key=f"c{r['code']}", title=T(r["name_zh"], r["name_en"]), group=group)
        for r, group in zip(found, groups, strict=True)
    )


def _case_type(row: dict[str, str]) -> CaseType:
    limit, working, severity = _limit(row["name_zh"], row["class_zh"].removesuffix("类"))
    return CaseType(
        key=row["kind"][0] + row["code"],
        title=T(row["name_zh"], row["name_en"]),
        group=T(row["class_zh"], row["class_en"]),
        kind=row["kind"],
        limit=limit,
        working=working,
        response=HOUR // 2 if severity >= 2 else 2 * HOUR,
        severity=severity,
    )


def _limit(name: str, group: str) -> tuple[int, bool, int]:
    for pattern, limit, working, severity in DANGERS:
        if re.search(pattern, name):
            return limit, working, severity
    limit, severity = CLASSES[group]
    for pattern, slow in SLOW:
        if re.search(pattern, name):
            return slow, True, severity
    return limit, True, severity
