"""What the search index keeps in the database: what changed, and the last base that was built.

The postings themselves are the truth; everything here can be thrown away and built again (docs/search.md).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SearchChange(models.Model):
    """Something that search must look at again. Written by database triggers, in the transaction of the change.

    Exactly one of the columns names it: a posting, or a site, an employer, a place or a role whose postings are meant.
    Those are looked up when the row is read and not when it is written, because the writer cannot see a posting that
    another transaction is just publishing there.

    The column ``xid`` (xid8, see the migration) is the transaction that wrote the row: ids are given out before
    a commit, so a reader who went by them would miss what commits late.
    """

    id = models.BigAutoField(primary_key=True)
    # No foreign keys: what was deleted is a change, too.
    posting_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    employer_id = models.BigIntegerField(null=True)
    place_id = models.BigIntegerField(null=True)
    role_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class SearchFloor(models.Model):
    """The one row that says from where on the log of changes is whole: before ``horizon`` rows may have been deleted.

    ``candidate`` becomes the floor when it is old enough for every process to have read past it. Both are horizons
    as in ``postings.search.changes``; empty: nothing was deleted yet.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    horizon = models.TextField(blank=True)
    candidate = models.TextField(blank=True)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_floor_one_row")]

    def __str__(self) -> str:
        return self.horizon


class SearchGeneration(models.Model):
    """One built base: every open posting as it was at one moment. Only ``is_ready`` ones are read.

    ``horizon`` is that moment, as in ``postings.search.changes``: what changed after it is not in the base.
    """

    horizon = models.TextField()
    postings = models.PositiveIntegerField(default=0)
    is_ready = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class SearchPart(models.Model):
    """A piece of a base: columns and the bitmaps of facets, in pieces of 250 kB."""

    generation = models.ForeignKey(SearchGeneration, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(default=0)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "name", "number"], name="search_part_once")]

    def __str__(self) -> str:
        return f"{self.generation_id} {self.name} {self.number}"


class SearchWord(models.Model):
    """A stemmed word of one language and the postings whose text, and whose title, has it: bitmaps of base positions."""

    generation = models.ForeignKey(SearchGeneration, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=5)
    # Compared byte by byte, so that words that begin alike stand together on every server.
    word = models.TextField(db_collation="C")
    count = models.PositiveIntegerField()
    bits = models.BinaryField()
    title_bits = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "language", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return f"{self.language}:{self.word}"
