"""What happens to a wall in a soak: each event as a function of the night, which returns how it went."""

import time

from bench.soak import plan
from bench.soak.night import PATIENCE, Night
from bench.soak.verdicts import Happened

BY = 3600.0
"""Seconds by which the clock of the wall's machine is set."""
SOON = 3.0
"""Seconds in which a clock must be right again after it was set."""
SETTLE, DRAWN = 8.0, 1.0
LOST = 15.0
"""Seconds in which a wall must say that the link is lost."""
CAUSES = {plan.OFFLINE: "本机没有网络", plan.SILENT: "服务器没有应答"}
NAME = "soak"


def happen(night: Night, name: str) -> Happened:
    """Have an event happen, and wait until the wall is whole again."""
    at = night.at
    with night.event(name):
        gone, whole, faults, told = EVENTS[name](night)
    if whole is None:
        faults = (*faults, f"{name} at {at:.0f} s: not whole after {PATIENCE:.0f} s")
    return Happened(name, round(at, 1), round(gone, 1), whole and round(whole, 1), tuple(faults), told)


Went = tuple[float, float | None, list[str], str]
"""For how many seconds it was gone, after how many more it was whole, what was wrong, and what is to be told."""


def restart(night: Night, hard: bool = False) -> Went:
    """The server is ended and started again."""
    begun = time.monotonic()
    night.house.restart(hard)
    gone = time.monotonic() - begun
    return gone, night.whole_again(night.seen()["now"]), [], ""


def kill(night: Night) -> Went:
    """The server is killed, as when the power fails, and started again."""
    return restart(night, hard=True)


def release(night: Night) -> Went:
    """The server comes back with other code: the wall loads itself anew, and shows the scene that it is."""
    before, begun = night.seen(), time.monotonic()
    night.house.restart(release=NAME)
    gone = time.monotonic() - begun
    came = night.until(lambda: night.seen()["release"] == NAME)
    if came is None:
        return gone, None, ["the new release did not come"], ""
    again = night.whole_again(0.0)
    faults = [] if night.seen()["begun"] != before["begun"] else ["the page was not loaded anew"]
    return gone, again and came + again, faults, f"reloaded {came:.1f} s after the server was back"


def offline(night: Night) -> Went:
    """The wall's machine loses its network, and knows."""
    return _cut(night, plan.OFFLINE, night.wall.context.set_offline)


def silent(night: Night) -> Went:
    """Something on the way dies: connections stay open and nothing comes."""

    def cut(is_cut: bool) -> None:
        night.house.wire.cut = is_cut

    return _cut(night, plan.SILENT, cut)


def _cut(night: Night, name: str, cut) -> Went:
    begun, before = time.monotonic(), night.seen()
    cut(True)
    try:
        lost = night.until(lambda: night.seen()["told"].startswith("连接中断"), LOST)
        while time.monotonic() - begun < night.plan.cut:
            night.pause(0.2)
        during = night.seen()
    finally:
        cut(False)
    gone = time.monotonic() - begun
    faults = [] if lost is not None else [f"{name}: the wall did not say that the link is lost"]
    if CAUSES[name] not in during["told"]:
        faults.append(f"{name}: the cause was not told but {during['told']!r}")
    if not during["kept"] or during["begun"] != before["begun"]:
        faults.append(f"{name}: the last picture was not kept")
    return gone, night.whole_again(during["now"]), faults, during["told"]


def midnight(night: Night) -> Went:
    """The day ends: the wall says the new one."""
    before = night.seen()["day"]
    night.idle(night.at + night.midnight - night.house.now() - 1)
    wrong, _ = night.settles(SETTLE)
    after = night.seen()["day"]
    faults = [] if before != after else ["the day stayed"]
    if wrong > SOON:
        faults.append(f"the day was wrong for {wrong - 1:.1f} s")
    return 0.0, max(0.0, wrong - 1), faults, f"{before} → {after}"


def wall_clock(night: Night) -> Went:
    """The clock of the wall's machine is set forward, and back."""
    return _set(night, night.wall.set_clock, night.house.ahead, BY)


def server_clock(night: Night) -> Went:
    """The server's clock is set forward, and back."""
    return _set(night, night.house.set_clock, 0.0, night.plan.set_by)


def _set(night: Night, clock, usual: float, by: float) -> Went:
    faults, worst = [], 0.0
    for way, to in (("forward", usual + by), ("back", usual)):
        clock(to)
        wrong, still = night.settles(SETTLE)
        worst = max(worst, wrong)
        if wrong > SOON:
            faults.append(f"set {way}, the time was wrong for {wrong:.1f} s" + (" and stayed so" if still else ""))
    again = night.whole_again(0.0)
    return 0.0, None if again is None else worst, faults, f"by {by:.0f} s"


def sleep(night: Night) -> Went:
    """Nothing of the browser runs for more than a minute."""
    begun = time.monotonic()
    night.wall.take()
    night.wall.sleep()
    try:
        while time.monotonic() - begun < night.plan.sleep:
            time.sleep(0.2)
            night.ended()
    finally:
        night.wall.wake()
    gone = time.monotonic() - begun
    woken = night.seen()["now"]
    night.pause(DRAWN)
    night.wall.take()  # No frame is drawn by what sleeps.
    again = night.whole_again(woken)
    wrong, _ = night.settles(SETTLE)
    faults = [f"the time was wrong for {wrong:.1f} s after the sleep"] if wrong > SOON else []
    return gone, again and DRAWN + again, faults, ""


EVENTS = {
    plan.RELEASE: release,
    plan.MIDNIGHT: midnight,
    plan.RESTART: restart,
    plan.KILL: kill,
    plan.OFFLINE: offline,
    plan.SILENT: silent,
    plan.WALL_CLOCK: wall_clock,
    plan.SERVER_CLOCK: server_clock,
    plan.SLEEP: sleep,
}
