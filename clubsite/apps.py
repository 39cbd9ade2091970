from django.apps import AppConfig


class ClubsiteConfig(AppConfig):
    name = "clubsite"
