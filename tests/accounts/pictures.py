"""Pictures of all sorts, made by Pillow."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 60), (40, 60, 220)


def encoded(image: Image.Image, sort: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, sort, **options)
    return out.getvalue()


def plain(
    sort: str = "PNG", size: tuple[int, int] = (300, 200), colour: Any = RED, mode: str = "RGB"
) -> bytes:
    return encoded(Image.new(mode, size, colour), sort)


def red_above_blue(size: tuple[int, int] = (200, 200)) -> Image.Image:
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0], size[1] // 2))
    return image


def moving(sort: str) -> bytes:
    """First red, then blue."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    return encoded(frames[0], sort, save_all=True, append_images=frames[1:], duration=100)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture))


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel[:3], colour, strict=True))
