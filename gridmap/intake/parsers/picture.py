"""Pictures, by Pillow: drawn anew as a plain JPEG, so that nothing of the file but what one sees comes through."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import Part

LARGEST_SIDE = 2048  # pixels
_QUALITY = 85
_WHITE = (255, 255, 255)
_NAMES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}


def inspect(job: Job) -> None:
    """Refuse a picture of more pixels than `pixels`; nothing is decoded for that."""
    with _opened(job) as picture:
        width, height = picture.size
        job.limits.check("pixels", width * height)


def parse(job: Job) -> Iterator[Part]:
    """Yield the picture as one part of one row: jpeg (bytes), width, height (pixels).

    It stands as its camera held it, on white where it is transparent, no side longer than `LARGEST_SIDE`. EXIF and its
    place, comments, previews and profiles are left behind: only the pixels are drawn again.
    """
    import pyarrow as pa

    with _opened(job) as picture:
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a large JPEG is decoded at half its size or less
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
        seen = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
        plain = Image.new("RGB", seen.size, _WHITE)
        plain.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    table = pa.table({"jpeg": [out.getvalue()], "width": [plain.width], "height": [plain.height]})
    yield Part("picture", job.stem, table)


def _opened(job: Job) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # counted here, against the limit of the job
    try:
        return Image.open(job.path, formats=(_NAMES[job.format],))
    except UnidentifiedImageError:
        raise FileError("intake.no_picture", format=job.format) from None
