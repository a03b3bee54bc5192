"""JPEG files that say how they were made: in EXIF and XMP, in the words of the IPTC where it has some.

XMP: Digital Source Type, AI System Used, AI Prompt Information (IPTC Photo Metadata Standard 2025.1), and all of it as JSON.
"""

import io
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, unescape

import numpy as np
from PIL import Image

QUALITY = 95
LARGEST = 65_000
"""Bytes of an XMP packet that fit into one segment of a JPEG."""
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""The IPTC's word for what a trained model made."""
_NAMESPACE = "urn:triadcxr:provenance:1"
_JSON = re.compile(r"<triadcxr:json>(.*?)</triadcxr:json>", re.DOTALL)
_DESCRIPTION, _SOFTWARE = 0x010E, 0x0131
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold."""


def jpeg_bytes(pixels: np.ndarray, provenance: Mapping[str, Any] | None, synthetic: bool | None, software: str) -> bytes:
    """A grey image (H, W) uint8 as a JPEG of `QUALITY`; its greys are near the image's, not equal.

    Args:
        synthetic: whether its content was made artificially; only then it says so.
    """
    exif = Image.Exif()
    exif[_SOFTWARE] = software
    if synthetic:
        exif[_DESCRIPTION] = "Synthetic image: nobody was examined for it."
    buffer = io.BytesIO()
    packet = _packet(provenance, bool(synthetic), software).encode()
    if len(packet) > LARGEST and provenance is not None:
        short = {**provenance, "prompt": None, "left_out": "the prompt is longer than a JPEG takes"}
        packet = _packet(short, bool(synthetic), software).encode()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=QUALITY, exif=exif, xmp=packet)
    return buffer.getvalue()


def read_jpeg_provenance(data: bytes) -> dict[str, Any] | None:
    """The provenance in a JPEG of ours, None where there is none (another program's, damaged)."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            packet = image.info.get("xmp", b"")
        found = _JSON.search(packet.decode("utf-8") if isinstance(packet, bytes) else packet)
        told = json.loads(unescape(found[1])) if found else None
    except (OSError, ValueError, SyntaxError, RecursionError, Image.DecompressionBombError):
        return None
    return told if isinstance(told, dict) else None


def _packet(provenance: Mapping[str, Any] | None, synthetic: bool, software: str) -> str:
    told = provenance or {}
    words = {
        "Iptc4xmpExt:DigitalSourceType": TRAINED if synthetic else None, "xmp:CreatorTool": software,
        "Iptc4xmpExt:AISystemUsed": told.get("generator_title") if synthetic else None,
        "Iptc4xmpExt:AISystemVersionUsed": told.get("revision") if synthetic else None,
        "Iptc4xmpExt:AIPromptInformation": told.get("prompt"),
        "triadcxr:json": None if provenance is None else json.dumps(provenance, ensure_ascii=True, sort_keys=True),
    }  # fmt: skip
    inside = "".join(f"<{name}>{escape(_CONTROL.sub(' ', str(value)))}</{name}>" for name, value in words.items() if value)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'xmlns:triadcxr="{_NAMESPACE}">{inside}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
