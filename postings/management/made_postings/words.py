"""Made-up words with the sound of a language: the long tail of names and terms that real postings carry.

Eight thousand a language; how often each occurs falls as in real text (Zipf), so the vocabulary of a large table is as wide and
as uneven as a real one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

PER_LANGUAGE = 8_000
_STARTS = {
    "en": "b br c ch cl d dr f fl g gr h j k l m n p pl qu r s sc sh st str t th tr v w",
    "nb": "b bj br d dr f fj fl g gj gr h hv j k kj kl l m n p r s sk skj sl st t tr v",
    "sv": "b bl br d dr f fl fr g gr h hj j k kl kn l m n p r s sj sk sl st t tr v",
    "hr": "b br c č d dr đ g gr h j k kl kr l lj m mr n nj p pr r s sl st š t tr v z ž",
    "ru": "б бр в вл г гр д др ж з к кл кр л м н п пр р с сл ст т тр ф х ц ч ш",
}
_MIDDLES = {
    "en": "a e i o u ai ea oo ou",
    "nb": "a e i o u y æ ø å ei øy",
    "sv": "a e i o u y å ä ö",
    "hr": "a e i o u ije je",
    "ru": "а е и о у ы я ё ю",
}
_ENDS = {
    "en": "b ck ct d ft g l ld ll m n nd ng nt p r rd rk rn s ss st t x",
    "nb": "d g gg k kk l ll ld m n nd ng nn r rd rk rt s sk st t tt",
    "sv": "d g gg k ck l ll ld m n nd ng nn r rd rk rt s sk st t tt",
    "hr": "c č d g j k l lj m n nj p r s st š t v z ž",
    "ru": "б в г д ж з к л м н п р с ст т х ц ч ш й",
}
_TAILS = {
    "en": ["", "", "", "er", "ing", "ed", "ion", "ly", "ment", "s"],
    "nb": ["", "", "", "en", "er", "het", "ing", "sjon", "ene", "lig"],
    "sv": ["", "", "", "en", "ar", "het", "ning", "tion", "erna", "lig"],
    "hr": ["", "", "", "a", "e", "i", "om", "ski", "nost", "anje"],
    "ru": ["", "", "", "а", "ы", "ом", "ами", "ный", "ость", "ение"],
}


@cache
def tail(language: str, *, seed: int) -> list[str]:
    """``PER_LANGUAGE`` different words, the frequent ones first."""
    dice = random.Random(f"{seed}/{language}")
    starts, middles, ends = (table[language].split() for table in (_STARTS, _MIDDLES, _ENDS))
    found: dict[str, None] = {}
    while len(found) < PER_LANGUAGE:
        syllables = dice.choice((1, 2, 2, 3))
        body = "".join(dice.choice(starts) + dice.choice(middles) for _ in range(syllables))
        word = body + dice.choice(ends) + dice.choice(_TAILS[language])
        if len(word) > 3:
            found[word] = None
    return list(found)


def shares_of(weights: Sequence[float]) -> list[float]:
    """Cumulated shares, for ``bisect``; the last is 1."""
    total = sum(weights)
    shares = list(accumulate(weight / total for weight in weights))
    if shares:
        shares[-1] = 1.0
    return shares


def zipf(size: int, *, power: float) -> list[float]:
    """Cumulated shares of ranks 1 … ``size``."""
    return shares_of([1.0 / (rank + 2.7) ** power for rank in range(size)])
