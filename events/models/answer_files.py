"""Questions that are answered by a file: what was handed in, by a place or by the organisation."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.uploads import RandomName
from events.models.questions import Question
from events.models.registrations import Place, Registration, own_emails
from members.models.imports import private_storage
from members.rights import rights_of


class AnswerFileQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of one's own organisations and of one's own places; all for the event's coordinators."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        if rights.person_id is None:
            return self.none()
        return self.filter(
            Q(registration__organisation__in=rights.organisation_ids)
            | Q(registration__event__club__in=rights.coordinated_club_ids)
            | Q(place__person_id=rights.person_id)
            | Q(place__email__in=own_emails(person.pk))
        )


class AnswerFile(models.Model):
    """The file by which one place, or the registration as a whole, answered a question. Kept as long as names are; the
    name that it bore elsewhere is not."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="answer_files", verbose_name=_("question")
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="answer_files", verbose_name=_("registration")
    )
    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="answer_files", verbose_name=_("place")
    )
    file = models.FileField(_("file"), upload_to=RandomName("events/answers/"), storage=private_storage, max_length=120)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False)
    handed_in_at = models.DateTimeField(_("handed in"), default=timezone.now, editable=False)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file handed in")
        verbose_name_plural = _("files handed in")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "place"], condition=Q(place__isnull=False), name="events_answer_file_once_a_place"
            ),
            models.UniqueConstraint(
                fields=["question", "registration"], condition=Q(place__isnull=True), name="events_answer_file_once"
            ),
            models.CheckConstraint(condition=~Q(file=""), name="events_answer_file_is_there"),
        ]

    def __str__(self):
        return f"{self.pk}"

    @property
    def extension(self) -> str:
        return self.file.name.rpartition(".")[2]
