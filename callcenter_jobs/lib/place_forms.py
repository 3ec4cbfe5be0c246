"""The names behind declined ones: "в Москве" is Москва, "u Rijeci" is Rijeka."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

# Ending as it is written after a preposition → ending of the name itself. Longer endings first; every rule that
# fits is tried, and only what is a known name counts, so a rule may be too wide.
RUSSIAN = (
    ("иях", "ии"), ("ии", "ия"), ("ой", "ая"), ("ом", "ий"), ("ом", "ый"), ("ом", "ой"), ("ем", "ий"), ("ых", "ые"), ("их", "ие"),
    ("ах", "ы"), ("ах", "и"), ("ях", "и"), ("е", "а"), ("е", ""), ("е", "ь"), ("е", "й"), ("е", "я"), ("и", "ь"), ("и", "а"), ("и", "я"),
    ("ы", "а"), ("у", "а"), ("у", ""), ("ю", "я"), ("а", ""), ("я", "ь"), ("я", "й"),
)  # fmt: skip
CROATIAN = (
    ("ima", "i"), ("skoj", "ska"), ("oj", "a"), ("om", "i"), ("em", "i"), ("ci", "ka"), ("ci", "ca"), ("gi", "ga"), ("ru", "ar"),
    ("ku", "ak"), ("cu", "ac"), ("u", ""), ("u", "o"), ("i", "a"), ("a", ""), ("a", "o"), ("e", "a"),
)  # fmt: skip
SHORTEST_WORD = 3
MOST_FORMS = 24


def nominatives(key: str) -> list[str]:
    """What ``key`` (see ``text.place_key``) may be a case of, without itself, at most ``MOST_FORMS``.

    >>> "москва" in nominatives("москве"), "slavonski brod" in nominatives("slavonskom brodu"), nominatives("xyz")
    (True, True, [])
    """
    words = [list(dict.fromkeys(_of_word(word))) for word in key.split()]
    # From the back: the last word always has its case, the ones before may stay as they are ("санкт петербурге").
    forms = (" ".join(choice) for choice in product(*words))
    return list(islice((form for form in dict.fromkeys(forms) if form != key), MOST_FORMS))


def _of_word(word: str) -> Iterator[str]:
    yield word
    for ending, own in RUSSIAN if "а" <= word[-1] <= "я" else CROATIAN:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_WORD - 1:
            yield word[: -len(ending)] + own
