"""Files that are handed out: made when somebody asks for them, or uploaded before."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header


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


def pdf_response(content: bytes, name: str, *, is_download: bool = False) -> HttpResponse:
    """A PDF that browsers show (or save, as `name`), and that nobody on the way keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(is_download, f"{name}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response
