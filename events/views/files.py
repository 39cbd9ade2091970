"""How private files are handed out: what was uploaded is never a page of this site."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def hand_out(file: FieldFile, name: str, media_type: str, *, kept: str = "no-store") -> FileResponse:
    """A private file, always as a download: a browser never opens it as a page of ours."""
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, {kept}"
    return response
