"""Questions that must not be asked are refused in every language, and ordinary ones are let through."""

from __future__ import annotations

import pytest

from postings.services import library_files
from postings.services.question_check import FORBIDDEN, forbidden_topics, objections

REFUSED = {
    "en": {
        "pay": ["What was your last salary?", "How much do you earn today?", "Tell us about your salary history."],
        "age": ["How old are you?", "What is your date of birth?", "What year were you born?"],
        "family": [
            "Are you married?",
            "How many children do you have?",
            "Do you have a husband who minds?",
            "Do you plan to have children?",
            "What does your husband say about night shifts?",
        ],
        "health": ["Do you have any illness we should know of?", "How many sick days did you take last year?", "Do you smoke?"],
        "origin": ["Where are you originally from?", "What is your native language?", "Which church do you go to?", "Are you religious?"],
    },
    "nb": {
        "pay": ["Hva var din forrige lønn?", "Hvor mye tjener du?", "Hva tjente du i forrige jobb?"],
        "age": ["Hvor gammel er du?", "Når er du født?", "Hva er din alder?"],
        "family": ["Er du gift?", "Planlegger du å få barn?", "Hva synes kona di om kveldsvakter?"],
        "health": ["Er du frisk?", "Hvor ofte er du syk?", "Har du noen sykdommer?"],
        "origin": ["Hvor kommer du egentlig fra?", "Hvilken religion har du?", "Hva er morsmålet ditt?"],
    },
    "sv": {
        "pay": ["Vad är din nuvarande lön?", "Hur mycket tjänar du?", "Vad var din lön?"],
        "age": ["Hur gammal är du?", "När är du född?", "Vilket är ditt födelseår?"],
        "family": ["Är du gift?", "Planerar du att skaffa barn?", "Vad tycker din man om nattpass?"],
        "health": ["Är du frisk?", "Hur ofta är du sjuk?", "Har du några sjukdomar?"],
        "origin": ["Varifrån kommer du?", "Vilken religion har du?", "Vad är ditt modersmål?"],
    },
    "hr": {
        "pay": ["Kolika vam je bila plaća?", "Koliko zarađujete?", "Kolika je vaša sadašnja plaća?"],
        "age": ["Koliko imate godina?", "Kada ste rođeni?", "Koji je vaš datum rođenja?"],
        "family": ["Jeste li u braku?", "Planirate li imati djecu?", "Tko čuva djecu dok radite?"],
        "health": ["Jeste li zdravi?", "Koliko često idete na bolovanje?", "Imate li neku kroničnu bolest?"],
        "origin": ["Odakle ste?", "Koje ste vjere?", "Koje je vaše državljanstvo?"],
    },
    "ru": {
        "pay": ["Сколько вы зарабатываете?", "Какая у вас была зарплата?", "Назовите вашу прошлую зарплату."],
        "age": ["Сколько вам лет?", "Ваша дата рождения?", "Когда вы родились?"],
        "family": ["Вы замужем?", "Планируете ли вы детей?", "Ваше семейное положение?"],
        "health": ["Как часто вы болеете?", "Есть ли у вас хронические заболевания?", "Вы здоровы?"],
        "origin": ["Откуда вы родом?", "Какой вы национальности?", "Какое у вас гражданство и ваше вероисповедание?"],
    },
}
FINE = {
    "en": ["Explain a family of products to me.", "How long does training take where you worked?", "Where do you look things up?"],
    "nb": ["Fortell om en familie som ringte i sinne.", "Hvor ofte så du på køen?", "Hvordan kom du fram til det?"],
    "sv": ["Berätta om en familj som ringde om en faktura.", "Hur ofta tittade du på kön?", "Hur kom du fram till det?"],
    "hr": ["Opišite obitelj proizvoda koju dobro poznajete.", "Koliko često ste gledali red čekanja?", "Kako ste došli do toga?"],
    "ru": ["Расскажите о семье, которая позвонила с жалобой.", "Как часто вы смотрели на очередь?", "Как вы пришли к этому?"],
}


@pytest.mark.parametrize(
    ("language", "topic", "text"),
    [(language, topic, text) for language, topics in REFUSED.items() for topic, texts in topics.items() for text in texts],
)
def test_what_must_not_be_asked_is_refused(language: str, topic: str, text: str) -> None:
    assert topic in forbidden_topics(text, language)


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in FINE.items() for text in texts])
def test_ordinary_questions_are_let_through(language: str, text: str) -> None:
    assert forbidden_topics(text, language) == []


def test_a_question_is_refused_whatever_language_it_is_filed_under() -> None:
    assert forbidden_topics("How old are you?", "hr") == ["age"]
    assert forbidden_topics("Hva tjente du i forrige jobb?", "en") == ["pay"]


def test_the_objection_says_what_is_wrong() -> None:
    assert objections("How old are you, and are you married?", "en") == [str(FORBIDDEN["age"]), str(FORBIDDEN["family"])]


def test_no_question_of_the_library_asks_for_what_it_must_not() -> None:
    library = library_files.read()
    asked = [
        (language, key)
        for language, files in library.texts.items()
        for key, text in files["questions"]["questions"].items()
        if forbidden_topics(text["text"], language)
    ]
    assert asked == []
