"""How well the coach's word rules do on the labelled sentences of each language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postings.coach import rules as coach_rules
from postings.coach.library import library_findings
from postings.coach.samples import Score, measure, read_samples

SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "coach_samples"


class Command(BaseCommand):
    help = "Print precision and recall of the coach’s word rules per language and kind; the last line is one JSON object."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("languages", nargs="*", help="languages to report; all that have samples if none is named")
        parser.add_argument("--library", action="store_true", help="list what the rules find in the library’s own templates")
        parser.add_argument("--slips", action="store_true", help="list every sentence that was judged wrongly")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["languages"] or self._complete()
        figures = {}
        for language in wanted:
            score = self._score(language)
            self._table(language, score)
            if options["slips"]:
                self.stdout.write("".join(f"  {slip}\n" for slip in score.slips))
            if options["library"]:
                self.stdout.write("".join(f"  {line}\n" for line in library_findings(language)))
            figures[language] = {
                "sentences": score.sentences,
                "precision": round(score.precision(), 3),
                "recall": round(score.recall(), 3),
            }
        self.stdout.write(json.dumps(figures))

    def _complete(self) -> list[str]:
        """The languages that have rules and samples; one that has only one of them is named."""
        samples, rules = {path.stem for path in SAMPLES.glob("*.yaml")}, set(coach_rules.languages())
        for language in sorted(samples ^ rules):
            self.stderr.write(f"{language}: {'no rules yet' if language in samples else 'no samples yet'}")
        return sorted(samples & rules)

    def _score(self, language: str) -> Score:
        path = SAMPLES / f"{language}.yaml"
        try:
            rules = coach_rules.for_language(language)
            if rules is None or not path.is_file():
                raise CommandError(f"{language}: there is no coach.yaml or no file of samples")
            return measure(read_samples(path), rules)
        except coach_rules.CoachError as error:
            raise CommandError(str(error)) from error

    def _table(self, language: str, score: Score) -> None:
        self.stdout.write(f"{language}: {score.sentences} sentences, {score.clean} of them clean")
        self.stdout.write(f"  {'kind':16} {'right':>5} {'wrong':>5} {'missed':>6} {'precision':>9} {'recall':>6}")
        for kind in [*score.kinds, ""]:
            right, wrong, missed = (counts[kind] if kind else counts.total() for counts in (score.right, score.wrong, score.missed))
            self.stdout.write(f"  {kind or 'all':16} {right:5} {wrong:5} {missed:6} {score.precision(kind):9.2f} {score.recall(kind):6.2f}")
        self.stdout.write("")
