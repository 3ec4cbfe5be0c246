"""Database constraints for closed lists: what an enum allows, the column allows, and nothing else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


def only(field: str, choices: type[models.TextChoices], *, name: str, blank: bool = False) -> models.CheckConstraint:
    """``field`` holds a value of ``choices`` (or, with ``blank``, nothing)."""
    values = [*choices.values, ""] if blank else list(choices.values)
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def subset(field: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """The array ``field`` holds only values of ``choices``."""
    return models.CheckConstraint(condition=Q(**{f"{field}__contained_by": list(choices.values)}), name=name)


def a_language(field: str, *, name: str) -> models.CheckConstraint:
    """``field`` is one of the portal's languages."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [code for code, _ in settings.LANGUAGES]}), name=name)
