"""Addresses: walking down the tree by the names of units that stand in a text, in whichever order they do."""

import re
from dataclasses import dataclass

import numpy as np

from data_access.city import City
from data_access.gazetteer import Gazetteer, gazetteer
from data_access.names import fold, readings
from data_access.words import T

LETTERS = 160
"""How many letters of an address are read."""
SHORTEST = {True: 2, False: 4}
"""How many letters a name needs to be found within a text: written in Chinese, or in Latin letters."""
ENDINGS = re.compile(
    r"(?<=..)(?:(?:(?:[回满苗彝壮藏侗瑶白傣畲羌]|蒙古|朝鲜|土家)族)*(?:自治)?[区县乡州]|新区|街道(?:办事处)?|社区|地区|[省市旗镇村])$"
    r"| (?:district|county|city|town|township|subdistrict|street|community|village)$",
    re.IGNORECASE,
)
"""What says of which kind a unit is, and is left out as often as not."""
ROADS = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]{0,2}(?:[路巷道]|街(?!道)|大道|胡同)"
    r"|(?:east|west|north|south|middle)?(?:road|avenue|lane)"
)
"""What follows a name without its ending where that is a road's: 金水路 is not 金水区."""

CLOSING = re.compile("[)）]*")


@dataclass(frozen=True)
class Understood:
    """The units an address means, as entries of the gazetteer, and what of its text was understood."""

    entries: list[int]
    text: str


@dataclass(frozen=True)
class Letters:
    """A text's letters, and the place in the text of each."""

    text: str
    at: list[int]

    @classmethod
    def of(cls, text: str) -> "Letters":
        """The letters of a text."""
        pairs = [(letter, n) for n, character in enumerate(text) for letter in fold(character)][:LETTERS]
        return cls("".join(letter for letter, _ in pairs), [n for _, n in pairs])

    def shown(self, text: str, mask: int) -> str:
        """The parts of the text that the letters of `mask` come from, with ``…`` for what lies between."""
        runs = [found.span() for found in re.finditer("1+", f"{mask:b}"[::-1])]
        ends = [CLOSING.match(text, self.at[end - 1] + 1).end() for _, end in runs]
        return " … ".join(text[self.at[begin] : end] for (begin, _), end in zip(runs, ends, strict=True))

    def breaks(self) -> list[int]:
        """Where a name may begin or end: anywhere but within a Latin word or a number."""
        size = len(self.text)
        return [n for n in range(size + 1) if n in (0, size) or not self._joined(n)]

    def _joined(self, n: int) -> bool:
        one, other = self.text[n - 1], self.text[n]
        alike = (one.isascii() and other.isascii()) and one.isdigit() == other.isdigit()
        return alike and self.at[n] - self.at[n - 1] <= 1


def understand(city: City, text: str, visible: np.ndarray) -> Understood | None:
    """Walk down from the city: at each level to the units named in the text that lie in those found so far.

    A level may be left out. A name counts only where it stands for letters that no unit above it stands for. Of
    several units at one level those that stand for most letters are taken. None where nothing is named.
    """
    g, letters = gazetteer(city), Letters.of(text)
    told = _told(city, letters)
    named = np.zeros(len(g.titles), bool)
    named[list(told)] = True
    hits = np.flatnonzero(named[g.name] & visible)
    here = [(0, told.get(int(g.name[0]), 0))]
    for level in range(1, city.units.depth):
        below = _below(g, here, [int(entry) for entry in hits[g.level[hits] == level]], told)
        most = max((mask.bit_count() for _, mask in below), default=0)
        here = [(entry, mask) for entry, mask in below if mask.bit_count() == most] or here
    if not here[0][1] or not visible[here[0][0]]:
        return None
    return Understood([entry for entry, _ in here], letters.shown(text, here[0][1]))


def _below(
    g: Gazetteer, here: list[tuple[int, int]], hits: list[int], told: dict[int, int]
) -> list[tuple[int, int]]:
    """Those of `hits` that lie in one of `here` and add to what it stands for, with what both stand for."""
    above = np.full(g.units.leaves, -1)
    for n, (entry, _) in enumerate(here):
        for lo, hi in g.intervals(entry):
            above[lo:hi] = n
    out = []
    for entry in hits:
        n = above[g.intervals(entry)[0][0]]
        mask = here[n][1] | told[int(g.name[entry])] if n >= 0 else 0
        if n >= 0 and mask != here[n][1]:
            out.append((entry, mask))
    return out


def _told(city: City, letters: Letters) -> dict[int, int]:
    """The names that stand in the letters, and for which of them each stands, as bits; longer ones go first."""
    known, longest = city.fixed.get("names in addresses", lambda: _known(gazetteer(city).titles))
    breaks, found = letters.breaks(), []
    for n, begin in enumerate(breaks):
        for end in breaks[n + 1 :]:
            if end - begin > longest:
                break
            for name, short in known.get(letters.text[begin:end], ()):
                if not (short and ROADS.match(letters.text, end)):
                    found.append((begin, end, name))
    spans = {(begin, end) for begin, end, _ in found}
    whole = {s for s in spans if not any(o[0] <= s[0] and s[1] <= o[1] for o in spans - {s})}
    told: dict[int, int] = {}
    for begin, end, name in found:
        if (begin, end) in whole:
            told[name] = told.get(name, 0) | (1 << end) - (1 << begin)
    return told


def _known(titles: list[T]) -> tuple[dict[str, list[tuple[int, bool]]], int]:
    """The names by their letters, and whether these lack the ending; and the length of the longest."""
    known: dict[str, list[tuple[int, bool]]] = {}
    for number, title in enumerate(titles):
        for letters, short in _said(title).items():
            if len(letters) >= SHORTEST[not letters.isascii()]:
                known.setdefault(letters, []).append((number, short))
    return known, max(map(len, known), default=0)


def _said(title: T) -> dict[str, bool]:
    """How a name is said in an address: in both languages and in Pinyin, with its ending and without."""
    said: dict[str, bool] = {}
    for text in (title.zh, title.en):
        bare = ENDINGS.sub("", text)
        for form in (text, bare):
            said.setdefault(fold(form), form != text)
            if not form.isascii():
                for read in readings(form):
                    said.setdefault("".join(read), form != text)
    return said
