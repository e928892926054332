"""The networks' pages as rows: feeds, their hours, their devices."""

from components.feeds.parts import FEEDS, state_of
from components.map.signs import DEVICES
from components.sheet import LAT, LON, PATH, UNIT, UNIT_ID, Cell, Column, Sheet, known, path_of
from data_access.city import City
from data_access.queries.courses import Course
from data_access.queries.device import Device, Readings
from data_access.queries.feed import DeviceLine
from data_access.queries.feeds import FeedLine
from data_access.speaking import HOUR
from data_access.words import NETWORKS, T

MARK = T("所报最新事件的时刻", "When the newest event was that it told of")
OVER = T("收到与应收所计的时长", "What received and due are counted over")
WAITING = T("时段内拒收且尚未入库的行", "Lines refused in the window that have not landed since")
FEED = (
    Column("network", T("网络", "Network")),
    Column("feed", T("数据源", "Feed")),
    Column("key", T("标识", "Key")),
    Column("owner", T("归口", "Owner")),
    Column("state", T("状态", "State")),
    Column("every", T("间隔", "Every"), "seconds"),
    Column("last_seen", T("最近上报", "Last seen"), "moment"),
    Column(
        "watermark", T("最新事件", "Watermark"), "moment", 0, T("所报最新事件的时刻", "When its newest event was")
    ),
    Column("lag", T("滞后", "Lag"), "seconds", 0, T("从最新事件到上报", "From its newest event until it spoke")),
    Column("received", T("收到", "Received"), "number"),
    Column("due", T("应收", "Due"), "number"),
    Column(
        "hours",
        T("整点小时数", "Whole hours"),
        "number",
        0,
        T("收到与应收所计的时长", "What received and due are of"),
    ),
    Column("heard", T("在线设备", "Devices heard"), "number"),
    Column("devices", T("设备", "Devices"), "number"),
    Column(
        "refused",
        T("待处理拒收", "Refused"),
        "number",
        0,
        T("时段内拒收且尚未入库的行", "Lines of the window that wait"),
    ),
    Column("sent", T("时段内收到的行", "Sent in the window"), "number"),
    Column("gaps", T("静默段数", "Gaps"), "number", 0, T("近 48 小时", "In the last 48 hours")),
)
HOURS = (
    Column("hour", T("小时起点", "Hour from"), "moment"),
    Column("received", T("收到", "Received"), "number"),
    Column("due", T("应收", "Due"), "number", None),
    Column("share", T("收到占应收", "Received of due"), "percent", 1),
    Column("silent", T("静默", "Silent")),
)
SILENT = T("静默", "silent")


def feed_row(line: FeedLine) -> tuple[Cell, ...]:
    """One feed, under the columns FEED."""
    feed, state, course = line.feed, line.state, line.course
    received, due, hours = course.rate
    named = NETWORKS[feed.network], feed.title, feed.key, feed.owner if feed.owner.en else None
    told = FEEDS[state_of(line)].title, feed.interval, state.last_seen, state.watermark, line.lag
    pairs = (*(line.coverage or (None, None)), *(line.refused or (None, None)))
    return *named, *told, known(received), known(due), hours, *pairs, len(course.gaps)


def hours_of(course: Course) -> Sheet:
    """A row an hour; those before the first record of the feed are left out."""
    rows = []
    for n in course.known.nonzero()[0]:
        begins = float(course.begins[n])
        silent = any(start <= begins < end for start, end in course.gaps)
        share = known(100 * float(course.share[n]))
        rows.append((begins, known(course.received[n]), known(course.due), share, SILENT if silent else None))
    return Sheet(HOURS, tuple(rows))


DEVICE = (
    Column("code", T("设备", "Device")),
    Column("kind", T("类型", "Kind")),
    UNIT_ID,
    UNIT,
    PATH,
    Column("every", T("间隔", "Every"), "seconds"),
    Column("last", T("最近读数", "Last reading"), "moment"),
    Column("state", T("状态", "State")),
)
ONE = (
    *DEVICE,
    LON,
    LAT,
    Column("value", T("读数", "Reading"), "number", None),
    Column("measure", T("单位", "Unit of measure")),
    Column("uptime", T("在线率", "Uptime"), "percent", 1, T("时段内不静默的占比", "Not silent, of the window")),
    Column("above", T("高于即告警", "In alarm above"), "number", None),
    Column("below", T("低于即告警", "In alarm below"), "number", None),
)
READ = (
    Column("at", T("起点", "From"), "moment"),
    Column("until", T("终点", "Until"), "moment"),
    Column("what", T("内容", "What")),
    Column("value", T("读数", "Reading"), "number", None),
    Column("low", T("最小", "Least"), "number", None),
    Column("high", T("最大", "Most"), "number", None),
    Column("alarm", T("告警", "Alarm")),
)
HOURLY, SINGLE, ALARM = T("小时均值", "Hourly mean"), T("读数", "Reading"), T("告警", "in alarm")


def device_row(city: City, line: DeviceLine) -> tuple[Cell, ...]:
    """One device of a feed, under the columns DEVICE."""
    where = line.unit.id, line.unit.title, path_of(city, line.unit)
    return line.code, line.kind, *where, line.interval, line.last, DEVICES[line.state].title


def one_device(city: City, found: Device, told: Readings) -> Sheet:
    """The one row of a device's own page."""
    kind, lon_lat = found.kind, tuple(round(degrees, 5) for degrees in found.place)
    line = DeviceLine(found.code, kind.title, found.unit, found.interval, found.state, found.last)
    limits = known(kind.alarm_above), known(kind.alarm_below)
    read = known(found.value), kind.unit or None, known(100 * told.uptime), *limits
    return Sheet(ONE, ((*device_row(city, line), *lon_lat, *read),))


def readings_of(told: Readings) -> Sheet:
    """The readings of a device in order of time, with a row for each stretch in which it was silent."""
    long, what = (HOUR, HOURLY) if told.by_hour else (None, SINGLE)
    each = zip(told.at, told.value, told.low, told.high, told.alarm, strict=True)
    rows = [
        (float(at), float(at) + long if long else None, what, *map(known, read), ALARM if alarm else None)
        for at, *read, alarm in each
    ]
    rows += [(float(start), float(end), SILENT, None, None, None, None) for start, end in told.gaps]
    return Sheet(READ, tuple(sorted(rows, key=lambda row: row[0])))
