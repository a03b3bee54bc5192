"""Inputs of people who mean harm, and of machines that fail: made from sound ones by a seeded hand."""

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from tests.intake.miniatures import dicom

SEED = 20261130
Mutation = Callable[[bytes, random.Random], bytes]
ODD = (
    "![x](http://evil.example/a.png)", "<img src=x onerror=alert(1)>", "$\\frac{1}{0}$", ":material/home:", "=HYPERLINK('http://evil')",
    "../../etc/passwd", "a\u202eb", "\U0001f47b", "a/b\\c", "x" * 5000, "\u0000", "%s%n", "nan", "'; DROP TABLE runs; --",
)  # fmt: skip
"""Words that something could make more of than words."""


def _cut(data: bytes, hand: random.Random) -> bytes:
    return data[: hand.randrange(len(data))]


def _flip(data: bytes, hand: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(hand.randrange(1, 8)):
        changed[hand.randrange(len(changed))] ^= 1 << hand.randrange(8)
    return bytes(changed)


def _zeros(data: bytes, hand: random.Random) -> bytes:
    start = hand.randrange(len(data))
    end = hand.randrange(start, len(data)) + 1
    return data[:start] + bytes(end - start) + data[end:]


def _twice(data: bytes, hand: random.Random) -> bytes:
    at = hand.randrange(len(data))
    return data[:at] + data[at // 2 :]


def _long_number(data: bytes, hand: random.Random) -> bytes:
    at = hand.randrange(max(1, len(data) - 4))
    return data[:at] + struct.pack(hand.choice("<>") + "I", hand.choice((0, 1, 2**31 - 1, 2**32 - 1))) + data[at + 4 :]


MUTATIONS: tuple[Mutation, ...] = (_cut, _flip, _zeros, _twice, _long_number)


def spoiled(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """So many damaged copies of a sound file."""
    hand = random.Random(f"{SEED}-{seed}")
    for number in range(count):
        yield MUTATIONS[number % len(MUTATIONS)](data, hand)


def png(side: int = 16, text: str | bytes | None = None) -> bytes:
    """A sound film, with a text chunk of ours where one is given."""
    info = PngImagePlugin.PngInfo()
    if text is not None:
        info.add_itxt("triadcxr", text if isinstance(text, str) else text.decode("latin-1"))
    buffer = io.BytesIO()
    Image.fromarray(np.arange(side * side, dtype=np.uint16).reshape(side, side).astype(np.uint8)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header claims that size; there are no such pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def images(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Files that are called images."""
    jpeg = io.BytesIO()
    Image.fromarray(np.full((16, 16), 90, np.uint8)).save(jpeg, "JPEG")
    dicom(folder / "a.dcm", np.arange(256, dtype=np.uint16).reshape(16, 16))
    film = (folder / "a.dcm").read_bytes()
    for name, data, count in (("png", png(), 25), ("jpg", jpeg.getvalue(), 20), ("dcm", film, 40)):
        yield from ((f"{i}.{name}", bad) for i, bad in enumerate(spoiled(data, count, count)))
    yield "eps.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"
    yield "svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    yield "empty.png", b""
    yield "page.jpg", b"<!doctype html><script>alert(1)</script>"
    for number, (width, height) in enumerate(((60_000, 60_000), (2**31 - 1, 1), (0, 0), (1, 1), (200_000, 600))):
        yield f"size{number}.png", png_that_says(width, height)


def tables() -> Iterator[bytes]:
    """Tables of images."""
    sound = b'path,subject_id,prompt,Edema\n0.png,7,"Small effusion, left.",1\n1.png,8,None,0\n'
    yield from spoiled(sound, 40, 1)
    for word in ODD:
        cell = word.replace('"', '""').encode("utf-8", "surrogatepass")
        yield b'path,prompt\n0.png,"' + cell + b'"\n'
        yield b'path\n"' + cell + b'"\n'
        yield b'path,"' + cell + b'"\n0.png,1\n'
    yield b"path\n" + b"0.png\n" * 50
    yield b"," * 20_000 + b"\n"
    yield b'path\n"' + b"x" * 300_000
    yield sound.decode().encode("utf-16")


def archives() -> Iterator[bytes]:
    """ZIPs."""

    def made(*members: tuple[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return buffer.getvalue()

    sound = made(("set/0.png", png()), ("set/t.csv", b"path\n0.png\n"))
    yield from spoiled(sound, 25, 2)
    places = (
        "../0.png",
        "/etc/0.png",
        "C:\\0.png",
        "a/../../0.png",
        "\\\\host\\0.png",
        "x" * 300 + ".png",
        "a\nb.png",
        "CON.png",
        ".png",
    )
    for name in places:
        yield made((name, png()))
    yield made(("0.png", png()), ("0.png", png(24)))
    yield made(("0.png", png()), ("0.png/1.png", png()))
    yield made(("inner.zip", sound), ("0.png", bytes(10**7)))
    link = zipfile.ZipInfo("0.png")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    yield buffer.getvalue()


def matrices() -> Iterator[tuple[str, bytes]]:
    """Feature matrices."""
    buffer = io.BytesIO()
    np.save(buffer, np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32))
    yield from (("a.npy", bad) for bad in spoiled(buffer.getvalue(), 35, 3))
    for value in (np.array([{"a": 1}], dtype=object), np.zeros((0, 8)), np.zeros(9), np.full((60, 8), np.nan), np.zeros((60, 8), "S3")):
        odd = io.BytesIO()
        np.save(odd, value, allow_pickle=True)
        yield "a.npy", odd.getvalue()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999), }".ljust(117) + b"\n"
    yield "a.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


def dropped() -> Iterator[bytes]:
    """PNGs that somebody drops on Generate."""
    told = {"generator": "phantom-ldm", "prompt": "Small effusion.", "seed": 7, "settings": {"guidance_scale": 3.0}}
    yield from spoiled(png(text=json.dumps(told)), 20, 4)
    for key in told:
        for value in (None, [], {"a": 1}, -1, 10**30, "x" * 5000, ODD[1]):
            yield png(text=json.dumps({**told, key: value}))
    for text in ("{", "[]", "null", "{}", "NaN", '"' * 99, "[" * 5000):
        yield png(text=text)
