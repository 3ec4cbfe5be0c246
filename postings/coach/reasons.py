"""Why the coach says something, in the language of the interface. Every rule that a finding can name has its sentence here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from postings.coach.findings import Finding
from postings.coach.kinds import Part, Severity

PART_NAMES: dict[Part, Any] = {
    Part.WORDING: _("Wording"),
    Part.FAIRNESS: _("Fairness"),
    Part.STRUCTURE: _("Structure"),
    Part.FACTS: _("Facts"),
    Part.PAY: _("Pay"),
    Part.HONESTY: _("Honesty"),
}
SEVERITY_NAMES: dict[Severity, Any] = {
    Severity.HIGH: _("Important"),
    Severity.MEDIUM: _("Worth changing"),
    Severity.LOW: _("Small things"),
}
REASONS: dict[str, Any] = {
    # words
    "gendered": _("This names or pictures one gender, and others read that they are not meant."),
    "age": _("This asks for an age or hints at one. The law of most countries forbids choosing by age."),
    "origin": _("This asks for an origin or a mother tongue. Name the level of the language that the work needs."),
    "discriminating": _("Nobody may be chosen by health, family, looks or faith. Say what the work itself demands."),
    "bias": _("Words like these put off good people who do not see themselves in them."),
    "pay_history": _("Do not ask for earlier pay: it carries old unfairness along, and EU directive 2023/970 forbids it (article 5)."),
    "vague": _("Everybody reads something else in this. A fact, a number or an example says what you mean."),
    "jargon": _("Somebody new to the trade does not know this expression."),
    "promise": _("Nobody can check this promise, and readers have learned to distrust it."),
    "abbreviation": _("This abbreviation is not explained anywhere in the posting."),
    "shouting": _("Capitals and exclamation marks sound like shouting, and screen readers may spell them out."),
    "duty_verb": _("A duty reads best when it starts with what the person does: a verb."),
    # title
    "title_missing": _("The posting has no title."),
    "title_long": _("The title has %(length)s characters; lists and phones show about %(limit)s."),
    "title_particular": _("The title says too much at once. Keep what people search for, and the level; the rest is in the facts."),
    "title_code": _("Nobody searches for an internal code. Keep it for your own records."),
    "title_decoration": _("Signs that decorate the title make it harder to find and to hear."),
    "gender_mark": _("A mark for genders is not usual in this country, and takes room in the title."),
    # summary
    "summary_missing": _("The summary is what most people read. Say in two to four sentences what the job is."),
    "summary_short": _("The summary is very short. Two to four sentences say what the job is, for whom, and what is particular about it."),
    "summary_long": _("The summary is long. Two to four sentences are read; the rest belongs to duties and facts."),
    # duties
    "duties_missing": _("No duties are listed. People want to know what they will do."),
    "duties_few": _("Few duties are listed. Three to seven give a picture of the work."),
    "duties_many": _("Duties listed: %(number)s. Seven or fewer are read to the end."),
    "duties_too_many": _("Duties listed: %(number)s. Beyond ten, nobody can tell what matters. Put related ones together."),
    "duties_shares": _("The shares of the time add up to %(total)s%%. Give every duty a share, 100%% together, or none."),
    "duty_long": _("This duty has %(length)s characters. Split it, or leave out the how."),
    # requirements
    "must_haves_missing": _("No must-haves are named. If the job is open to everybody, say that."),
    "must_haves_many": _("Must-haves listed: %(number)s. Each one keeps people away; keep those without which the work cannot be done."),
    "nice_to_haves_missing": _("Everything is a must. What can be learned in the first weeks belongs to the nice-to-haves."),
    "must_and_nice": _("This stands among the nice-to-haves too. It can only be one of them."),
    "must_was_nice": _("The template calls this a nice-to-have. As a must it keeps people away who could do the work."),
    "call_to_action_missing": _("A last sentence that says how to apply, and how long it takes, helps people to begin."),
    # facts
    "shifts_missing": _("When the work is done is what people ask first. Mark the parts of the week."),
    "training_missing": _("Nothing is said about training. Most agents learn the work after they start: say how long."),
    "equipment_missing": _("For work from home, say who provides computer, headset and connection."),
    "response_missing": _("Say by when applicants hear from you. Silence is what they fear most."),
    "response_late": _("An answer after %(number)s working days comes late: many have another job by then. Up to %(limit)s is good."),
    "reports_to_missing": _("Say who the person reports to."),
    "minimum_age_high": _("The lowest age is %(number)s. Above %(usual)s it needs a reason in law or in the work."),
    "measures_missing": _("No targets are named. Unclear targets are what people in call centers complain of most."),
    "measure_open": _("A target without its usual value leaves people guessing."),
    # pay
    "pay_missing": _("The pay is missing. Postings with a pay range are read and trusted more."),
    "pay_missing_law": _("The pay is missing. In %(country)s a national law asks for it in the posting itself."),
    "pay_missing_directive": _(
        "The pay is missing. Directive (EU) 2023/970, article 5, gives applicants in %(country)s the pay or its range before the "
        "interview; the posting is the usual place. It was to be national law by 7 June 2026: check how far yours is."
    ),
    "pay_missing_expected": _(
        "The pay is missing. Directive (EU) 2023/970 counts for the EEA, and %(country)s is expected to take it over: applicants then "
        "learn the pay or its range before the interview. The posting is the usual place."
    ),
    "pay_missing_parts": _("The pay is missing. Some parts of %(country)s ask for the range in the posting by law: check yours."),
    "pay_wide": _("The highest pay is %(percent)s%% above the lowest. Beyond %(limit)s%% people take the lowest for the truth."),
    "pay_piecework": _("Pay per minute or call says little. Say what an hour usually comes to."),
    "variable_pay_unexplained": _("Bonus or commission is promised, but not how it works and what is usual."),
    "training_unpaid": _("The training is unpaid. In many countries training that the employer asks for is working time: check yours."),
    # honesty
    "preview_contacts_missing": _("Say how many contacts a shift has. It is what the day is made of."),
    "preview_script_missing": _("Say whether people speak by a script or in their own words."),
    "preview_monitoring_missing": _("Say whether conversations are recorded and who listens."),
    "preview_hard_missing": _("Say what is hard. Who knows what comes stays longer."),
    "preview_good_missing": _("Say what is good about the work, in facts."),
}


def reason_of(finding: Finding, *, country: str = "") -> str:
    """``country`` is the name of the posting's country in the language of the interface."""
    sentence = str(REASONS[finding.rule])
    facts = {**finding.facts, "country": country}
    return sentence % facts if "%(" in sentence or "%%" in sentence else sentence
