"""The letters coordinators may see: those about a club they run. What a letter with a personal link says is not shown."""

from django.contrib.contenttypes.models import ContentType

from core.models import Letter
from members.models import Club


def letters_visible_to(person):
    """Letters about the clubs that `person` coordinates, newest first."""
    clubs = Club.objects.coordinated_by(person)
    return (
        Letter.objects.filter(
            subjects__content_type=ContentType.objects.get_for_model(Club),
            subjects__object_id__in=list(clubs.values_list("pk", flat=True)),
        )
        .distinct()
        .order_by("-created_at", "-pk")
    )
