"""Of whatever is uploaded a small square is made, or it is refused; nothing else of the file is kept."""

import contextlib
import time
import tracemalloc
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from accounts.pictures import MOST_PIXELS, SIDE, NoPicture, TooManyPixels, squared
from tests.accounts.pictures import (
    BLUE,
    GREEN,
    RED,
    bomb,
    encoded,
    is_near,
    moving,
    opened,
    plain,
    red_above_blue,
)

ORIENTATION, GPS = 0x0112, 0x8825
# Where the upper half of what the camera saw lies in the file, by what it notes of how it was held.
TURNED = {1: (100, 10), 3: (100, 190), 6: (10, 100), 8: (190, 100)}


def square_of(content: bytes) -> Image.Image:
    picture = opened(squared(BytesIO(content)))
    assert (picture.format, picture.size) == ("WEBP", (SIDE, SIDE))
    return picture.convert("RGBA")


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(300, 200), (1, 1), (7, 2000), (1000, 1000)])
def test_a_picture_becomes_a_square(sort: str, size: tuple[int, int]) -> None:
    assert is_near(square_of(plain(sort, size)).getpixel((128, 128)), RED)


@pytest.mark.parametrize(
    ("mode", "colour"), [("1", 1), ("L", 250), ("P", 0), ("LA", (250, 255)), ("I;16", 64_000), ("RGBA", 255)]
)
def test_pictures_in_any_mode_are_read(mode: str, colour: Any) -> None:
    square_of(plain("PNG", colour=colour, mode=mode))


def test_sixteen_bits_of_grey_stay_the_grey_they_are() -> None:
    assert square_of(plain("PNG", colour=32_768, mode="I;16")).getpixel((9, 9))[0] in range(124, 133)  # type: ignore[index]


def test_a_picture_for_printing_is_read() -> None:
    white = plain("JPEG", colour=(0, 0, 0, 0), mode="CMYK")
    assert is_near(square_of(white).getpixel((9, 9)), (255, 255, 255))


def test_what_is_seen_through_stays_so() -> None:
    assert square_of(plain("PNG", colour=(0, 0, 0, 0), mode="RGBA")).getpixel((9, 9))[3] == 0  # type: ignore[index]


def test_the_middle_is_kept() -> None:
    image = Image.new("RGB", (600, 200), BLUE)
    image.paste(GREEN, (200, 0, 400, 200))
    square = square_of(encoded(image))
    assert all(is_near(square.getpixel(place), GREEN) for place in [(3, 3), (252, 3), (128, 128), (252, 252)])


@pytest.mark.parametrize("sort", ["GIF", "WEBP", "PNG"])
def test_of_one_that_moves_the_first_frame_is_kept(sort: str) -> None:
    square = opened(squared(BytesIO(moving(sort))))
    assert getattr(square, "n_frames", 1) == 1
    assert is_near(square.convert("RGB").getpixel((128, 128)), RED)


@pytest.mark.parametrize("orientation", TURNED)
def test_it_stands_as_the_camera_was_held(orientation: int) -> None:
    image = Image.new("RGB", (200, 200), BLUE)
    x, y = TURNED[orientation]
    image.paste(RED, (max(0, x - 100), max(0, y - 100), min(200, x + 100), min(200, y + 100)))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    held = red_above_blue().transpose(
        {1: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}.get(
            orientation, Image.Transpose.ROTATE_270
        )
    )
    square = square_of(encoded(red_above_blue() if orientation == 1 else held, "JPEG", exif=exif, quality=95))
    assert is_near(square.getpixel((128, 20)), RED)
    assert is_near(square.getpixel((128, 236)), BLUE)


def test_nothing_is_left_of_where_it_was_taken_or_of_other_words() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010E] = 1, "secret-place"
    exif.get_ifd(GPS)[1] = "N"
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret-words")
    for content in (
        encoded(red_above_blue(), "JPEG", exif=exif, comment=b"secret-words", icc_profile=b"secret" * 100),
        encoded(red_above_blue(), "PNG", exif=exif, pnginfo=words),
        encoded(red_above_blue(), "WEBP", exif=exif, xmp=b"secret"),
    ):
        assert b"secret" in content
        kept = squared(BytesIO(content))
        assert b"secret" not in kept
        assert not opened(kept).getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & opened(kept).info.keys()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_what_is_broken_about_its_notes_does_not_matter() -> None:
    content = encoded(red_above_blue(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 40)
    assert is_near(square_of(content).getpixel((128, 20)), RED)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        plain("BMP"),
        plain("TIFF"),
        plain("ICO"),
        plain("PPM"),
    ],
    ids=range(12),
)
def test_what_is_no_picture_for_browsers_is_refused(content: bytes) -> None:
    with pytest.raises(NoPicture):
        squared(BytesIO(content))


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_refused(sort: str) -> None:
    content = encoded(Image.effect_noise((300, 300), 80).convert("RGB"), sort)
    for part in (10, len(content) // 3, len(content) * 2 // 3):
        with pytest.raises(NoPicture):
            squared(BytesIO(content[:part]))


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP", "GIF"])
def test_broken_pictures_are_read_or_refused_and_nothing_else(sort: str) -> None:
    content = encoded(red_above_blue((60, 60)), sort)
    for place in range(0, len(content), max(1, len(content) // 150)):
        broken = bytearray(content)
        broken[place] ^= 0xFF
        with contextlib.suppress(NoPicture):
            square_of(bytes(broken))


def test_a_page_behind_a_picture_is_gone() -> None:
    assert b"<script" not in squared(BytesIO(plain("GIF") + b"<script>alert(1)</script>"))


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (5001, 5000), (2**31 - 1, 1), (1, 2**31 - 1)]
)
def test_a_bomb_is_not_lit(width: int, height: int) -> None:
    begun = time.monotonic()
    tracemalloc.start()
    with pytest.raises(NoPicture):
        squared(BytesIO(bomb(width, height)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000
    assert time.monotonic() - begun < 5


def test_a_bomb_is_called_what_it_is() -> None:
    for width, height in [(30_000, 30_000), (5001, 5000)]:
        with pytest.raises(TooManyPixels):
            squared(BytesIO(bomb(width, height)))


def test_as_many_pixels_as_are_allowed_are_read() -> None:
    square_of(plain("JPEG", size=(5000, MOST_PIXELS // 5000)))


def test_one_after_the_other_they_are_decoded_whoever_is_refused() -> None:
    """The lock is let go of, whatever becomes of a picture."""
    for content in (b"", bomb(30_000, 30_000), plain()):
        thread = Thread(target=lambda content=content: _tried(content))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()


def _tried(content: bytes) -> None:
    with contextlib.suppress(NoPicture):
        squared(BytesIO(content))
