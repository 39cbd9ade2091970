"""What French pages write otherwise than Django does: « le 28 novembre 2026 à 14:30 »."""

DATETIME_FORMAT = r"j F Y \à H:i"
