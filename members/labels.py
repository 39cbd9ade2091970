"""The labels and certifications that structures of the field bear; a club adds its own in the administration."""

from members.models import Label

KNOWN_LABELS = (
    "Agrément ESUS",
    "B Corp",
    "Bio – Agriculture biologique",
    "Certibiocide",
    "Écocert",
    "Écolabel européen",
    "Engagé RSE (AFNOR)",
    "Entreprise à mission",
    "Fairtrade – Max Havelaar",
    "HACCP",
    "ISO 9001",
    "ISO 14001",
    "ISO 26000",
    "ISO 45001",
    "Lucie 26000",
    "MASE",
    "NF Environnement",
    "NF Services",
    "OEKO-TEX",
    "PEFC – FSC",
    "Qualibat",
    "Qualiopi",
    "RGE",
    "RSEi",
)


def load_labels() -> int:
    """Add the known labels that are missing; returns how many were added. Safe to run twice."""
    known = set(Label.objects.values_list("name", flat=True))
    return len(Label.objects.bulk_create(Label(name=name) for name in KNOWN_LABELS if name not in known))
