"""The people who sign in to the demo. They share one published password and exist only in a local run."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter_jobs.local.demo import DEMO_DOMAIN, DEMO_PASSWORD
from postings.enums import LibraryRole, MemberRole

__all__ = ["DEMO_PASSWORD", "PEOPLE", "Person"]


@dataclass(frozen=True, slots=True)
class Person:
    """``employer`` with ``role`` puts them in a hiring team; ``library`` among the curators."""

    first: str
    name: str
    what: str
    language: str = "en"
    time_zone: str = "Europe/Oslo"
    employer: str = ""
    role: str = ""
    library: str = ""
    library_languages: tuple[str, ...] = ()
    is_operator: bool = False

    @property
    def email(self) -> str:
        return f"{self.first}@{DEMO_DOMAIN}"


PEOPLE: tuple[Person, ...] = (
    Person("rosa", "Rosa Berg", "recruits for Northline", employer="northline", role=MemberRole.RECRUITER),
    Person("nora", "Nora Lie", "owns Northline’s hiring team", "nb", employer="northline", role=MemberRole.OWNER),
    Person("ivan", "Ivan Horvat", "interviews for Northline", "hr", "Europe/Zagreb", employer="northline", role=MemberRole.INTERVIEWER),
    Person("mirja", "Mirja Holm", "is hiring manager at Northline", "sv", employer="northline", role=MemberRole.HIRING_MANAGER),
    Person("otto", "Otto Dahl", "recruits for Fjordline", "nb", employer="fjordline", role=MemberRole.RECRUITER),
    Person("ada", "Ada Novak", "keeps the role library", library=LibraryRole.CURATOR),
    Person("rune", "Rune Haug", "reviews the role library", "nb", library=LibraryRole.REVIEWER),
    Person(
        "tova",
        "Tova Ek",
        "translates the role library into Swedish",
        "sv",
        "Europe/Stockholm",
        library=LibraryRole.TRANSLATOR,
        library_languages=("sv",),
    ),
    Person("cora", "Cora Lind", "looks for work", "nb"),
    Person("odd", "Odd Strand", "operates the portal", is_operator=True),
)
