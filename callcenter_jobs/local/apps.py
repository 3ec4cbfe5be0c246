from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "callcenter_jobs.local"
    label = "local"
