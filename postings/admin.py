"""For operators: who keeps the library. The first curator is made here; after that, curators add each other."""

from __future__ import annotations

from django.contrib import admin

from postings.models import LibraryMember


@admin.register(LibraryMember)
class LibraryMemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "role", "languages")
    list_filter = ("role",)
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    search_fields = ("user__email", "user__name")
