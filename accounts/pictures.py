"""From whatever somebody uploads to a small square picture."""

from contextlib import suppress
from io import BytesIO
from threading import Lock
from typing import IO

from PIL import ExifTags, Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 25_000_000  # to decode them takes up to 200 MB, and a second
SIDE = 256
ENDING, TYPE = ".webp", "image/webp"
RESIZABLE = {"L", "LA", "RGB", "RGBA", "CMYK"}
UPRIGHT = 1
TURNS = {  # by the orientation that cameras note (Exif 2.32, table 6)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_one_at_a_time = Lock()  # so that many at once take no more memory than one does


class NoPicture(Exception):  # noqa: N818 - a state, not a mistake
    """It is no picture that we read."""


class TooManyPixels(NoPicture):
    """A small file can hold a picture that fills the memory; it was not decoded."""


def squared(file: IO[bytes]) -> bytes:
    """The middle of the picture, the right way up, as WebP of `SIDE` pixels each way.

    Of one that moves, its first frame. Nothing is left of what else stood in the file, such as where it was
    taken. Raises NoPicture.
    """
    try:
        with _one_at_a_time, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixels
            return _written(_square(image))
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except NoPicture:
        raise
    except Exception as error:  # decoders stumble over what is broken in many ways, and name few of them
        raise NoPicture from error


def _square(image: Image.Image) -> Image.Image:
    """A square is cut from the middle, which turning does not move: so it is turned when it is small."""
    image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is then decoded at a smaller scale
    image.load()
    plain = image if image.mode in RESIZABLE else _converted(image)
    square = ImageOps.fit(plain, (SIDE, SIDE), Image.Resampling.LANCZOS)
    turn = TURNS.get(_orientation(image))
    return square if turn is None else square.transpose(turn)


def _orientation(image: Image.Image) -> int:
    with suppress(Exception):  # what is broken about it, the picture can be shown without
        return int(image.getexif().get(ExifTags.Base.Orientation, UPRIGHT))
    return UPRIGHT


def _converted(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):  # greys of two bytes, of which the upper one is seen
        return image.convert("I").point(lambda grey: grey / 256).convert("L")
    return image.convert("RGBA")


def _written(square: Image.Image) -> bytes:
    bare = Image.new("RGBA", square.size)
    bare.paste(square.convert("RGB") if square.mode == "CMYK" else square.convert("RGBA"))
    out = BytesIO()
    bare.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()
