"""What layers of devices share."""

from collections.abc import Callable

from data_access.city import City
from data_access.words import T

STATES = {"ok": 0, "alarm": 1, "offline": 2}
NAMES = {"ok": T("正常", "Normal"), "alarm": T("告警", "In alarm"), "offline": T("离线", "Offline")}


def kind_name(city: City, key: str) -> T:
    """The title of a device kind."""
    kinds = {k.key: k.title for k in city.profile.device_kinds}
    return kinds.get(key, T(key, key))


def any_of(network: str) -> Callable[[City], bool]:
    """Whether a city has devices of a network."""
    return lambda city: bool((city.devices["network"] == network).any())
