"""Why a line is refused: a short fixed list of reasons, each with its text for people."""

from data_access.words import T
from data_access.write import NOT_LANDED

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
    NOT_LANDED: T("库不接受这批数据", "The store does not take the batch"),
    "no_parent": T("找不到上级单元", "No unit above it was found"),
}


class Refused(Exception):
    """One record cannot be taken: `reason` is a key of REASONS, `detail` names the field and its value."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def shown(field: str, value: object, why: str = "") -> str:
    """A detail as the quarantine keeps it: ``field=value (why)``, long values cut."""
    text = str(value)
    text = text if len(text) <= 80 else text[:77] + "..."
    return f"{field}={text} ({why})" if why else f"{field}={text}"
