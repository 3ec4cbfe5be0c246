"""Random questions about whatever postings there are: values and words that occur, in any mixture."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from django.db import connection

from postings.search.backend import Answer
from postings.search.query import Both, Either, Node, Query, Reading, Sort, Text, Word
from postings.search.reference import ReferenceBackend

SORTS = (Sort.NEWEST, Sort.MATCH, Sort.PAY, Sort.START)
# Their counts are of the visitor or the day, not of postings.
NOT_CHOSEN = {"fit", "posted"}
Question = tuple[Query, int, bool]


class Questions:
    def __init__(self, chance: Random, now: datetime, today: date) -> None:
        self.chance = chance
        self.everything = Query(language="en", now=now, today=today)
        self.facets = {
            name: sorted(counts)
            for name, counts in self.truth((self.everything, 0, True)).facets.items()
            if counts and name not in NOT_CHOSEN
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT language, tsvector_to_array(search) FROM postings_postingtext ORDER BY random() LIMIT 60")
            self.words: dict[str, list[str]] = {}
            for language, words in cursor.fetchall():
                self.words.setdefault(language, []).extend(word for word in words if word.isalpha())

    def truth(self, question: Question) -> Answer:
        query, limit, facets = question
        return ReferenceBackend().search(query, limit=limit, facets=facets)

    def some(self, count: int) -> list[Question]:
        """Everything there is, then ``count`` random ones; each fourth with all counts."""
        return [(self.everything, 100_000, True), *((self.one(), 200, number % 4 == 0) for number in range(count))]

    def one(self) -> Query:
        names = self.chance.sample(sorted(self.facets), self.chance.choice([0, 1, 1, 2]))
        choices = {
            name: tuple(self.chance.sample(self.facets[name], min(len(self.facets[name]), self.chance.choice([1, 2])))) for name in names
        }
        text = self.text() if self.chance.random() < 0.6 else None
        base = self.everything
        first = self.chance.choice(["", *self.facets.get("currency", ())])
        return Query(base.language, base.now, base.today, text=text, choices=choices, sort=self.chance.choice(SORTS), pay_first=first)

    def text(self) -> Text:
        languages = self.chance.sample(sorted(self.words), self.chance.choice([1, 1, 2]))
        return Text("typed", (Reading(trees={language: self.tree(language) for language in languages}),))

    def tree(self, language: str) -> Node:
        first, second = self.chance.sample(self.words[language], 2)
        pair = (Word(first), Word(second))
        kinds: list[Node] = [Both(pair), Either(pair), Word(first[:4], is_prefix=True), pair[0]]
        return self.chance.choice(kinds)
