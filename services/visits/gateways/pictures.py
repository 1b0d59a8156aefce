"""Photographs made fit to be shown: upright, no larger than a screen, and without a word of what the camera added."""

import json
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageOps

# A camera of 60 megapixels is taken, and a plan of 32; what a few bytes unpack to beyond that is a trap, not a
# photograph. A JPEG is unpacked at a fraction of its size, a PNG whole.
MOST_PIXELS = {"image/jpeg": 64_000_000, "image/png": 32_000_000}
LONGEST_SIDE, SMALL_SIDE = 2560, 320
QUALITY = 85
LONGEST_DETAIL = 200
# Ours, not the library's: it warns at one limit and refuses at twice as much.
Image.MAX_IMAGE_PIXELS = None
FORMATS = {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",)}


class NotAPicture(Exception):
    """A file cannot be read as the picture that it is called, or is too large to be unpacked. Never says more."""


@dataclass(frozen=True)
class Picture:
    """A photograph as it is shown, and small; `width` and `height` in pixels. `details` is JSON of what was cut out."""

    shown: bytes
    small: bytes
    width: int
    height: int
    details: bytes


def made_fit(content: bytes, mime: str) -> Picture:
    """Return a photograph as it is shown; raises `NotAPicture`."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS[mime]) as sent:
            if sent.width * sent.height > MOST_PIXELS[mime]:
                raise NotAPicture
            details = _details(sent)
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(sent)
            shown = _reduced(upright, LONGEST_SIDE)
        small = _reduced(shown, SMALL_SIDE)
        return Picture(_saved(shown, mime), _saved(small, "image/jpeg"), shown.width, shown.height, details)
    except NotAPicture:
        raise
    except Exception as fault:  # a picture can be broken in more ways than its library has names for
        raise NotAPicture from fault


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    reduced = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    reduced.thumbnail((side, side), Image.Resampling.LANCZOS)
    reduced.info.clear()  # the comment, the text and the thumbnail that would be written again
    return reduced


def _saved(picture: Image.Image, mime: str) -> bytes:
    kept = BytesIO()
    if mime == "image/png":
        picture.save(kept, "PNG")
        return kept.getvalue()
    if picture.mode == "RGBA":
        on_white = Image.new("RGB", picture.size, "white")
        on_white.paste(picture, mask=picture.getchannel("A"))
        picture = on_white
    picture.save(kept, "JPEG", quality=QUALITY)  # a tenth smaller takes six times as long
    return kept.getvalue()


def _details(picture: Image.Image) -> bytes:
    """Return what the camera wrote into a photograph, its position among it, as JSON by name."""
    exif = picture.getexif()
    found = {ExifTags.TAGS.get(tag, str(tag)): value for tag, value in exif.items()}
    found |= {ExifTags.TAGS.get(tag, str(tag)): value for tag, value in exif.get_ifd(ExifTags.IFD.Exif).items()}
    found |= {ExifTags.GPSTAGS.get(tag, str(tag)): value for tag, value in exif.get_ifd(ExifTags.IFD.GPSInfo).items()}
    return json.dumps({name: str(value)[:LONGEST_DETAIL] for name, value in sorted(found.items())}).encode()
