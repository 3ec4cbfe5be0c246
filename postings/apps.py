from django.apps import AppConfig


class PostingsConfig(AppConfig):
    name = "postings"

    def ready(self) -> None:
        from postings import emails, welcome

        emails.register()
        welcome.register()
