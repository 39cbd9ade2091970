"""Files that are made when somebody asks for them."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(content: bytes, name: str, *, is_download: bool = False) -> HttpResponse:
    """A PDF that browsers show (or save, as `name`), and that nobody on the way keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(is_download, f"{name}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response
