"""Names as people ask for them: by their letters, in Pinyin, by initials; looked up among many at once."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
from pypinyin import lazy_pinyin

from data_access.words import T

EXACT, PREFIX, WORD, INSIDE, NONE = range(5)
"""How a name holds what is asked: as a whole, at its beginning, at that of a word or syllable, anywhere, not."""

Spelling = Sequence[str]
"""The letters of a name, a piece for each of its characters; empty for one that is no letter."""


def fold(text: str) -> str:
    """The letters and digits of `text` alone: small, wide and accented ones made plain."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def readings(zh: str) -> list[Spelling]:
    """Chinese in Pinyin without tones: as phrases are read, and character by character where that differs.

    Other letters stand for themselves. A local reading that no dictionary has is left to the English name.
    """
    whole, single = [*map(_piece, lazy_pinyin(zh, errors=list))], [*map(_reading, zh)]
    return [single] if whole == single or len(whole) != len(single) else [whole, single]


def spellings(title: T) -> Iterator[tuple[Spelling, Sequence[bool]]]:
    """Every way to write a name, and at which of its pieces a word begins."""
    chinese, english = [*map(_piece, title.zh)], [*map(_piece, title.en)]
    words = _beginnings(english)
    yield chinese, _beginnings(chinese)
    if english != chinese:
        yield english, words
    if sum(words) > 1:
        yield [piece if first else "" for piece, first in zip(english, words, strict=True)], [False] * len(words)
    if not title.zh.isascii():
        for read in readings(title.zh):
            yield read, [True] * len(read)
            yield [piece[:1] for piece in read], [False] * len(read)


def marked(name: str, asked: str) -> tuple[int, int] | None:
    """Which characters of `name` are what is asked for, half-open; None where it was found by something else."""
    letters = fold(asked)
    for pieces, _ in spellings(T(name, name)):
        at = "".join(pieces).find(letters) if letters else -1
        if at >= 0:
            ends = [0, *accumulate(map(len, pieces))]
            held = [n for n in range(len(pieces)) if ends[n + 1] > at and ends[n] < at + len(letters)]
            return held[0], held[-1] + 1
    return None


class Names:
    """Many names, made ready to be asked all at once."""

    def __init__(self, titles: Sequence[T]):
        keys = [(n, *spelled) for n, title in enumerate(titles) for spelled in spellings(title) if any(spelled[0])]
        texts = ["".join(pieces) for _, pieces, _ in keys]
        self._size, self._text = len(titles), "\n" + "".join(text + "\n" for text in texts)
        lengths = np.array([*map(len, texts)], np.int64)
        self._end = np.cumsum(lengths + 1)
        self._begin = self._end - lengths
        self._of = np.array([n for n, _, _ in keys], np.int64)
        self._word = np.zeros(len(self._text), bool)
        self._word[[*_word_places(keys, self._begin)]] = True

    def ranks(self, asked: str) -> np.ndarray:
        """How each name holds the letters of what is asked, as uint8 from EXACT to NONE.

        A single Latin letter is looked for at beginnings only.
        """
        letters, out = fold(asked), np.full(self._size, NONE, np.uint8)
        if not letters:
            return out
        alone = len(letters) == 1 and letters.isascii()
        hits = re.finditer(re.escape("\n" * alone + letters), self._text)
        at = np.array([hit.start() + alone for hit in hits], np.int64)
        key = np.searchsorted(self._end, at, side="right")
        begins = at == self._begin[key]
        ends = at + len(letters) == self._end[key]
        rank = np.select([begins & ends, begins, self._word[at]], [EXACT, PREFIX, WORD], INSIDE)
        np.minimum.at(out, self._of[key], rank.astype(np.uint8))
        return out


def _word_places(keys: Iterable, begin: np.ndarray) -> Iterator[int]:
    for (_, pieces, words), at in zip(keys, begin.tolist(), strict=True):
        for piece, first in zip(pieces, words, strict=True):
            if first:
                yield at
            at += len(piece)


def _beginnings(pieces: Spelling) -> list[bool]:
    return [bool(piece) and not before for before, piece in zip(["", *pieces], pieces, strict=False)]


_piece = lru_cache(maxsize=30_000)(fold)


@lru_cache(maxsize=30_000)
def _reading(character: str) -> str:
    return fold(lazy_pinyin(character)[0])
