from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from callcenter_jobs.ui.forms import BaseForm


class Plain(BaseForm):
    name = forms.CharField(max_length=25, label="Name", help_text="As on your card.")
    note = forms.CharField(widget=forms.Textarea, max_length=50, required=False, label="Note")
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False, widget=forms.CheckboxSelectMultiple, label="Tags")
    sure = forms.BooleanField(label="Sure")


def filled(**changes: Any) -> Plain:
    return Plain({"name": "Cora", "note": "", "sure": "on", **changes})


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_control_characters_are_removed_from_text() -> None:
    form = filled(name="Co\x00ra\u202e\x07", note="one\ntwo\x0bthree")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Cora"
    assert form.cleaned_data["note"] == "one\ntwothree"


@pytest.mark.parametrize("evil", ["Cora\r\nBcc: x@example.com", "Cora\nLind", "Cora\u2028Lind"])
def test_line_breaks_are_refused_in_single_lines(evil: str) -> None:
    form = filled(name=evil)
    assert form.errors["name"] == ["Write this on one line, without line breaks."]


def test_line_breaks_are_kept_in_long_text() -> None:
    form = filled(note="one\r\ntwo")
    assert form.is_valid()
    assert form.cleaned_data["note"].splitlines() == ["one", "two"]


def test_password_arrives_as_typed() -> None:
    class Secret(BaseForm):
        password = forms.CharField(widget=forms.PasswordInput, strip=False)

    form = Secret({"password": "a\u202eb"})
    assert form.is_valid()
    assert form.cleaned_data["password"] == "a\u202eb"


def test_forms_of_other_packages_are_cleaned_too() -> None:
    class Foreign(forms.Form):
        name = forms.CharField()

    form = Foreign({"name": "a\x00b"})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "ab"


def test_bad_field_is_marked_described_and_kept() -> None:
    html = render("{% field form.name %}", form=filled(name="x" * 30))
    assert f'value="{"x" * 30}"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "field--error" in html
    assert "Write at most 25 characters; this has 30." in html


def test_help_comes_before_the_error_and_the_error_before_the_input() -> None:
    html = render("{% field form.name %}", form=filled(name=""))
    assert html.index("As on your card.") < html.index("Fill this in.") < html.index("<input")


def test_errors_are_escaped() -> None:
    form = filled()
    form.add_error("name", "<b>no</b>")
    html = render("{% form_errors form %}{% field form.name %}", form=form)
    assert "<b>no" not in html
    assert html.count("&lt;b&gt;no") == 2


def test_summary_links_to_fields_and_starts_with_the_whole_form() -> None:
    form = Plain({"name": "", "sure": ""})
    form.add_error(None, "Nothing was saved.")
    html = render("{% form_errors form %}", form=form)
    assert 'href="#id_name"' in html
    assert 'href="#id_sure"' in html
    assert "3 things need your attention" in html
    assert html.index("Nothing was saved.") < html.index("#id_name")
    assert "autofocus" in html


def test_summary_links_to_the_first_box_of_a_group() -> None:
    html = render("{% form_errors form %}{% field form.tags %}", form=filled(tags=["zzz"]))
    assert 'href="#id_tags_0"' in html
    assert 'id="id_tags_0"' in html


def test_no_summary_without_errors() -> None:
    assert render("{% form_errors form %}", form=filled()).strip() == ""
    assert render("{% form_errors form %}", form=Plain()).strip() == ""


def test_summary_takes_formsets() -> None:
    rows = forms.formset_factory(Plain, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "", "form-0-sure": "on"}
    )
    html = render("{% form_errors rows %}", rows=rows)
    assert 'href="#id_form-0-name"' in html


def test_limit_of_long_text_is_said_and_nothing_is_cut() -> None:
    html = render("{% field form.note %}", form=Plain())
    assert "At most 50 characters." in html
    assert "maxlength" not in html
    assert 'aria-describedby="id_note_count"' in html
    assert 'id="id_note_count"' in html


def test_optional_fields_say_so_unless_told_otherwise() -> None:
    class Quiet(Plain):
        marks_optional = False

    assert "(optional)" in render("{% field form.note %}", form=Plain())
    assert "(optional)" not in render("{% field form.name %}", form=Plain())
    assert "(optional)" not in render("{% field form.note %}", form=Quiet())


def test_checkbox_label_follows_its_box() -> None:
    html = render("{% field form.sure %}", form=Plain())
    assert html.index("<input") < html.index("<label")
    assert html.count("<label") == 1


def test_group_is_a_fieldset_with_a_legend() -> None:
    html = render("{% field form.tags %}", form=Plain())
    assert "<fieldset" in html
    assert "<legend" in html


def test_own_required_message_stays() -> None:
    class Own(BaseForm):
        name = forms.CharField(error_messages={"required": "Who are you?"})

    assert Own({}).errors["name"] == ["Who are you?"]


def test_form_fields_draws_the_named_ones_or_all() -> None:
    class Hidden(Plain):
        token = forms.CharField(widget=forms.HiddenInput)

    some = render('{% form_fields form "note" %}', form=Hidden())
    everything = render("{% form_fields form %}", form=Hidden())
    assert 'name="note"' in some
    assert 'name="name"' not in some
    assert 'type="hidden" name="token"' in everything


def test_empty_post_of_a_query_dict_is_refused_politely() -> None:
    form = Plain(QueryDict(""))
    assert set(form.errors) == {"name", "sure"}
