"""How names are asked for, told one by one: what the look-up of all at once is compared with."""

from itertools import groupby

from pypinyin import lazy_pinyin

from data_access.names import EXACT, INSIDE, NONE, PREFIX, WORD, fold


def words(text):
    return [fold("".join(run)) for letters, run in groupby(text, str.isalnum) if letters]


def ways(title):
    """A name's spellings, each as words."""
    yield words(title.zh)
    yield words(title.en)
    if len(words(title.en)) > 1:
        yield ["".join(word[0] for word in words(title.en))]
    if not title.zh.isascii():
        characters = [character for character in title.zh if fold(character)]
        for read in (lazy_pinyin(title.zh, errors=list), [lazy_pinyin(character)[0] for character in characters]):
            syllables = [fold(syllable) for syllable in read if fold(syllable)]
            yield syllables
            yield ["".join(syllable[0] for syllable in syllables)]


def slow_rank(title, asked):
    letters, best = fold(asked), NONE
    alone = len(letters) == 1 and letters.isascii()
    for spelled in ways(title) if letters else ():
        whole = "".join(spelled)
        rests = ["".join(spelled[n:]) for n in range(len(spelled))]
        if whole == letters:
            best = min(best, EXACT)
        elif whole.startswith(letters):
            best = min(best, PREFIX)
        elif any(rest.startswith(letters) for rest in rests) and not alone:
            best = min(best, WORD)
        elif letters in whole and not alone:
            best = min(best, INSIDE)
    return best
