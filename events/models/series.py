from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventSeries(models.Model):
    """Events that belong together, each with a life of its own: the breakfasts of a season, the dates of a round."""

    title = models.CharField(_("title"), max_length=160)
    created_at = models.DateTimeField(pgettext_lazy("series", "created"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("events", "series")
        verbose_name_plural = pgettext_lazy("events, several", "series")
        ordering = ["pk"]

    def __str__(self):
        return self.title
