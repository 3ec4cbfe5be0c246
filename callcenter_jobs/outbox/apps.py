from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "callcenter_jobs.outbox"
    label = "outbox"
