"""Rows for hand-written INSERTs: what the ORM would write of an instance, so that no column is named twice or forgotten."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import Model


def as_row(instance: Model, *, using: str = "default") -> tuple[str, str, list[Any]]:
    """The columns of a new instance, a placeholder for each, and their values. The key is left to the database."""
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(instance, add=True), connections[using]) for field in fields]
    return ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields)), values
