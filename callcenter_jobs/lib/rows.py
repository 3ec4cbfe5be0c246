"""Rows for hand-written INSERTs: what the ORM would write of an instance, so that no column is named twice or forgotten."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def insert_of(model: type[Model]) -> str:
    """The INSERT of one row, a placeholder for each column, named for the table and the column: rows of several tables may
    be written by one statement. The key is left to the database."""
    places = _places(model)
    columns, marks = ", ".join(str(field.column) for _name, field in places), ", ".join(f"%({name})s" for name, _field in places)
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608  our own words


def values_of(instance: Model) -> dict[str, Any]:
    """What a new instance has for these placeholders."""
    here = connections[DEFAULT_DB_ALIAS]
    return {name: field.get_db_prep_save(field.pre_save(instance, add=True), here) for name, field in _places(type(instance))}


@cache
def _places(model: type[Model]) -> list[tuple[str, Field[Any, Any]]]:
    table = model._meta.db_table
    return [(f"{table}_{field.column}", field) for field in model._meta.concrete_fields if not field.primary_key]
