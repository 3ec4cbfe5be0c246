"""Every tag and filter of the design system. A builtin library: templates need no ``{% load %}``.

The tags live in one module per kind; this one only joins them.
"""

from __future__ import annotations

from django import template

from callcenter_jobs.ui.templatetags import ui_drawings, ui_formats, ui_forms, ui_navigation, ui_parts

register = template.Library()

for module in (ui_parts, ui_navigation, ui_formats, ui_forms, ui_drawings):
    register.tags.update(module.register.tags)
    register.filters.update(module.register.filters)
