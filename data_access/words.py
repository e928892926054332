"""The words of the city, each once, in Chinese and English."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class T:
    """One text in both languages: ``T("案件", "Case")``; call it with a language."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        """Return the text in `lang`; anything but ``zh`` is English."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> "T":
        """Return the text with ``{name}`` places filled; a value that is itself a T keeps its language."""

        def one(text: str, lang: Lang) -> str:
            return text.format(**{k: v(lang) if isinstance(v, T) else v for k, v in values.items()})

        return T(one(self.zh, "zh"), one(self.en, "en"))


STEPS: dict[str, T] = {
    "reported": T("上报", "Reported"),
    "accepted": T("立案", "Accepted"),
    "dispatched": T("派遣", "Dispatched"),
    "handling": T("处置", "Handling"),
    "returned": T("反馈", "Returned"),
    "verified": T("核查", "Verified"),
    "closed": T("结案", "Closed"),
    "reopened": T("返工", "Reopened"),
    "extended": T("延期", "Extended"),
    "escalated": T("升级", "Escalated"),
}
"""Steps of a case's life, in their usual order; the last three may happen at any time before closing."""

NETWORKS: dict[str, T] = {
    "party": T("党建网", "Party-building"),
    "government": T("政务网", "Government"),
    "video": T("视联网", "Video"),
    "iot": T("物联网", "IoT"),
}

SEVERITIES: tuple[T, ...] = (
    T("一般", "Routine"),
    T("关注", "Watch"),
    T("紧急", "Urgent"),
    T("危急", "Critical"),
)
"""By number: 0 routine, 1 watch, 2 urgent, 3 critical."""

CASE_SOURCES: dict[str, T] = {
    "patrol": T("监督员上报", "Patrol"),
    "video": T("视频监控", "Video"),
    "hotline": T("公众举报", "Hotline"),
    "superior": T("上级交办", "Assigned from above"),
    "iot": T("物联告警", "IoT alarm"),
    "import": T("导入", "Imported"),
}

FACILITY_STATES: dict[str, T] = {
    "intact": T("完好", "Intact"),
    "damaged": T("破损", "Damaged"),
    "lost": T("丢失", "Lost"),
    "abandoned": T("废弃", "Abandoned"),
    "removed": T("移除", "Removed"),
}

ALERT_STATUSES: dict[str, T] = {
    "Actual": T("实际", "Actual"),
    "Exercise": T("演练", "Exercise"),
    "System": T("系统", "System"),
    "Test": T("测试", "Test"),
    "Draft": T("草稿", "Draft"),
}
"""What a CAP message is meant as; only an actual one is about something that happens."""

ALERT_SEVERITIES: dict[str, T] = {
    "Extreme": T("特别严重", "Extreme"),
    "Severe": T("严重", "Severe"),
    "Moderate": T("较重", "Moderate"),
    "Minor": T("一般", "Minor"),
    "Unknown": T("未注明", "Unknown"),
}
"""CAP's severities, the gravest first."""

REASONS: dict[str, T] = {
    "not_json": T("不是 JSON 对象", "Not a JSON object"),
    "unreadable": T("整份数据无法读取", "The document as a whole cannot be read"),
    "broken_row": T("这一行与表头不符", "The row does not match its header"),
    "missing_field": T("缺少必填字段", "A required field is missing"),
    "bad_value": T("字段的值无效", "A field has a value that cannot be used"),
    "bad_time": T("时间无效", "Not a possible moment"),
    "outside_city": T("坐标不在本市", "The point is outside the city"),
    "swapped_coordinates": T("经纬度写反", "Longitude and latitude are swapped"),
    "unknown_type": T("类别未知", "The type is not known"),
    "unknown_status": T("状态未知", "The status is not known"),
    "unknown_device": T("设备未知", "The device is not known"),
    "unknown_facility": T("部件未知", "The facility is not known"),
    "unknown_unit": T("单元未知", "The unit is not known"),
    "not_a_leaf": T("单元不是最小单元", "The unit is not a leaf"),
    "unknown_case": T("案件未知", "The case is not known"),
    "duplicate_id": T("编号重复", "The id is taken"),
    "bad_shape": T("轮廓无效", "The outline is not an area"),
    "no_geometry": T("没有几何图形", "There is no geometry"),
    "unknown_geometry": T("几何类型未知", "The geometry's type is not known"),
    "bad_coordinates": T("坐标无效", "Coordinates that are not longitude and latitude"),
    "bad_geometry": T("几何图形无法修复", "The geometry cannot be drawn nor repaired"),
    "not_landed": T("库不接受这批数据", "The store does not take the batch"),
    "no_parent": T("找不到上级单元", "No unit above it was found"),
}
"""Why a line is refused, each reason with its text for people."""


def reason_title(key: str) -> T:
    """A reason in words; its key where it is not one of ours."""
    return REASONS.get(key, T(key, key))
