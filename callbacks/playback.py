"""The window in frames, as the browser plays it."""

from hashlib import sha1

from components import fmt
from components.map.model import Playback
from data_access.ask import Ask, earliest
from data_access.city import City
from data_access.metric import Metric
from data_access.queries.frames import MODES, Frames, frames
from data_access.view import View
from data_access.words import T

TEXTS = {
    "title": T("时间回放", "Playback"),
    "play": T("播放", "Play"),
    "pause": T("暂停", "Pause"),
    "back": T("上一帧", "Step back"),
    "on": T("下一帧", "Step on"),
    "slider": T("时刻", "Moment"),
    "speed": T("速度", "Speed"),
    "loop": T("循环", "Loop"),
    "mode": T("统计方式", "What a frame counts"),
    "cumulative": T("累计", "Cumulative"),
    "moving": T("逐帧", "Each step"),
    "now": T("此刻", "now"),
    "choose": T("前往某一时刻", "Go to a moment"),
    "as_of": T("看这一时刻的城市", "See the city as of"),
    "compare": T("与这一时刻并列", "Set beside it"),
    "go": T("前往", "Go"),
    "incomplete": T("请填写完整的日期和时间", "Give a whole date and time"),
    "failed": T("回放数据取不到，请重试", "The frames could not be fetched; try again"),
}
PLAYED = T("回放 {begin} 至 {end}", "Plays {begin} – {end}")


def playback(city: City, ask: Ask, metric: Metric) -> Playback:
    """The frames of the ask's window, with the address of each."""
    shown, lang = frames(city, ask), ask.view.lang
    views = {mode: [_when(shown.view(ask.view, k, mode)) for k in range(len(shown))] for mode in MODES}
    v = ask.view
    same = (metric.key, shown.start, shown.ends[:-1], v.window, v.types, v.networks, v.compare)
    return Playback(
        key=sha1(repr(same).encode()).hexdigest()[:12],
        labels=[label(city, ask, end) for end in shown.ends],
        ticks=[tick(city, ask, end, lang) for end in shown.ends],
        views=views,
        mode=shown.mode,
        at=shown.at,
        place=shown.place,
        moment=_told(city, ask),
        past=not ask.live,
        live=shown.live,
        played=None if v.since is None or shown.at is not None else _stretch(city, ask, shown),
        clock=_clock(city, ask),
        texts={name: text(lang) for name, text in TEXTS.items()},
    )


def label(city: City, ask: Ask, at: float) -> str:
    """A frame's end, as short as tells it apart from the others."""
    zone = city.profile.zone
    if ask.view.window in ("1h", "today"):
        return fmt.hour(at, zone)
    return fmt.stamp(at, zone, ask.view.lang)


def _told(city: City, ask: Ask) -> str:
    """The moment that is shown: as a frame's, but to the second where it is not on a minute."""
    text = label(city, ask, ask.at)
    return text + fmt.clock(ask.at, city.profile.zone)[-3:] if not ask.live and ask.at % 60 else text


def _stretch(city: City, ask: Ask, shown: Frames) -> str:
    """The window that is played, in words."""
    zone, lang = city.profile.zone, ask.view.lang
    begin, end = shown.start, shown.ends[-1]
    same = fmt.date(begin, zone, lang) == fmt.date(end, zone, lang)
    last = fmt.hour(end, zone) if same else fmt.stamp(end, zone, lang)
    return PLAYED.fill(begin=fmt.stamp(begin, zone, lang), end=last)(lang)


def _clock(city: City, ask: Ask) -> dict[str, str]:
    """The city's zone, and by its clock the first moment that may be gone to, the last, and the one shown."""
    zone = city.profile.zone
    moments = {"first": earliest(city, ask.moment), "now": ask.moment.at, "at": ask.at}
    return {"zone": zone} | {name: f"{fmt.local(at, zone):%Y-%m-%dT%H:%M:%S}" for name, at in moments.items()}


def tick(city: City, ask: Ask, at: float, lang: str) -> str:
    """A mark of the scale: the hour or minute in short windows, the day at each midnight in long ones."""
    then = fmt.local(at, city.profile.zone)
    if ask.view.window in ("1h", "today"):
        return "" if at % 300 else fmt.hour(at, city.profile.zone)
    return fmt.date(at, city.profile.zone, lang) if (then.hour, then.minute) == (0, 0) else ""


def _when(view: View) -> tuple[str, str]:
    written = view.written()
    return written.get("as_of", ""), written.get("since", "")
