"""What screens say while something is away: what, since when, of when the figures are, and what to do."""

from components import fmt
from data_access.city import City
from data_access.troubles import BROKER, CACHE, LANDING, OPERATIONS, STORE, Trouble
from data_access.words import T

TEXTS = {
    STORE: T(
        "数据库自 {since} 起没有应答。画面停在 {as_of} 的数字，恢复后自动更新。请运维人员查看磁盘和数据库。",
        "The store has not answered since {since}. Figures are those of {as_of} and move on by themselves once it "
        "answers. Whoever runs this: look at the disk and the database.",
    ),
    LANDING: T(
        "数据库自 {since} 起不接收新数据。画面是 {as_of} 之前收到的，正在变旧；发送方会收到重发提示，"
        "恢复后自动补上。请运维人员腾出磁盘空间或恢复写入权限。",
        "The store has taken nothing new since {since}. Figures are of what had come by {as_of} and grow older; "
        "senders are told to send again, and it is made up for by itself. Whoever runs this: make room on the "
        "disk, or make it writable.",
    ),
    OPERATIONS: T(
        "人员与岗位库自 {since} 起没有应答，可能看不到由谁负责；其他数字不受影响，恢复后自动显示。"
        "请运维人员查看该数据库。",
        "The database of people has not answered since {since}: who answers here may be missing; figures are not "
        "affected (as of {as_of}), and it comes back by itself. Whoever runs this: look at that database.",
    ),
    CACHE: T(
        "共享缓存自 {since} 起没有应答。数字照常更新（{as_of}），打开可能较慢。请运维人员查看 Redis。",
        "The shared cache has not answered since {since}. Figures are up to date ({as_of}), pages may come "
        "slower. Whoever runs this: look at Redis.",
    ),
    BROKER: T(
        "数据源“{feed}”的消息代理自 {since} 起没有应答，它的数字停在 {as_of}；消息留在代理处，恢复后自动补上。"
        "请运维人员查看该代理。",
        "The broker of {feed} has not answered since {since}; its figures are those of {as_of}. Messages wait at "
        "the broker and are made up for by themselves. Whoever runs this: look at that broker.",
    ),
}
NEVER = T("从未", "never")


def told(city: City) -> list[dict[str, str]]:
    """The troubles of a city as the browser shows them: ``key``, ``zh``, ``en``, the oldest first."""
    return [_told(city, trouble) for trouble in city.troubles.all()]


def _told(city: City, trouble: Trouble) -> dict[str, str]:
    kind, colon, key = trouble.key.partition(":")
    state = city.live.feeds().get(key)
    text = TEXTS[kind + colon].fill(
        since=fmt.clock(trouble.since, city.profile.zone),
        as_of=_as_of(city, trouble),
        feed=state.feed.title if state else key,
    )
    return {"key": trouble.key, "zh": text("zh"), "en": text("en")}


def _as_of(city: City, trouble: Trouble) -> T | str:
    """Of when the figures are that it concerns."""
    feeds, zone = city.live.feeds(), city.profile.zone
    if trouble.key.startswith(BROKER):
        state = feeds.get(trouble.key.removeprefix(BROKER))
        return fmt.clock(state.last_seen, zone) if state and state.last_seen else NEVER
    heard = [state.last_seen for state in feeds.values() if state.last_seen]
    if trouble.key == LANDING:
        return fmt.clock(max(heard), zone) if heard else NEVER
    return fmt.clock(city.live.moment().at, zone)
