"""Rows for hand-written statements: what the ORM would write of an instance, so that no column is named twice or forgotten,
and the instance of a row that was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


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


def instance_of(model: type[M], values: dict[str, Any]) -> M:
    """A row that was read, by the names of attributes; what was not read is asked for when it is needed.

    As ``Model.from_db``, which goes through all columns of the model and tells two signals that nobody listens to: for
    a few columns of a wide table, or many small rows, that takes longer than reading them.
    """
    found = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    vars(found).update(values, _state=state)
    return found


def instances_of(model: type[M], names: Sequence[str], rows: Iterable[Sequence[Any]] | None) -> list[M]:
    """The same for rows of one kind: ``names`` says what stands where."""
    return [instance_of(model, dict(zip(names, row, strict=True))) for row in rows or ()]


@cache
def _places(model: type[Model]) -> list[tuple[str, Field[Any, Any]]]:
    table = model._meta.db_table
    return [(f"{table}_{field.column}", field) for field in model._meta.concrete_fields if not field.primary_key]
