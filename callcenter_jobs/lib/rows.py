"""Rows for hand-written INSERTs: what the ORM would write of an instance, so that no column is named twice or forgotten."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def columns_of(model: type[Model]) -> tuple[str, str]:
    """The columns of a new row and a placeholder for each, as they stand in a statement. The key is left to the database."""
    fields = _fields(model)
    return ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))


def values_of(instance: Model) -> list[Any]:
    """What a new instance has for these columns, in their order."""
    here = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(instance, add=True), here) for field in _fields(type(instance))]


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]
