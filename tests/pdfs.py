"""What stands in a PDF, and the codes that can be read from its pages as a camera sees them."""

import io
import shutil
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image
from pypdf import PdfReader


def pdf_text(content: bytes) -> str:
    """All words of all pages, one space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def pdf_pages(content: bytes) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def sizes_in_mm(content: bytes) -> set[tuple[int, int]]:
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(content)).pages]
    return {tuple(round(float(side) / 72 * 25.4) for side in box[2:]) for box in boxes}


def has_renderer() -> bool:
    return shutil.which("pdftoppm") is not None


def rendered(content: bytes, folder: Path, *, dpi: int = 110) -> list[Image.Image]:
    """The pages as pictures (needs `pdftoppm`, see `has_renderer`)."""
    source = folder / "paper.pdf"
    source.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(source), str(folder / "page")], check=True)
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


def codes_in(picture: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(picture.convert("L"))}
