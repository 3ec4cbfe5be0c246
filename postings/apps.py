from django.apps import AppConfig


class PostingsConfig(AppConfig):
    name = "postings"

    def ready(self) -> None:
        from callcenter_jobs.ui import jinja
        from postings import cards, emails, presenters, welcome

        # Templates say a posting's facts with it: {{ say.pay_text(posting) }}.
        jinja.offer(say=presenters, posting_cards=cards.cards_html)
        emails.register()
        welcome.register()
