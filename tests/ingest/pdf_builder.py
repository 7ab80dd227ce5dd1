"""Small PDF files for tests: text at given places, rules, an image, a character map that may be wrong."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Page:
    """Points from the upper left corner. ``texts`` are (x, y of the baseline, size, text), ``lines`` and ``fills`` are (x0, y0, x1, y1).

    ``image`` is the place of an image. ``rotate`` is the page's /Rotate; ``matrix`` is put before all that is printed.
    """

    texts: Sequence[tuple[float, float, float, str]] = ()
    lines: Sequence[tuple[float, float, float, float]] = ()
    image: bool = False
    height: float = field(default=842, kw_only=True)
    width: float = field(default=595, kw_only=True)
    fills: Sequence[tuple[float, float, float, float]] = field(default=(), kw_only=True)
    rotate: int = field(default=0, kw_only=True)
    matrix: str = field(default="1 0 0 1 0 0", kw_only=True)


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """The rules of a full grid."""
    return [(x, ys[0], x, ys[-1]) for x in xs] + [(xs[0], y, xs[-1], y) for y in ys]


def build_pdf(pages: Sequence[Page], wrong: Mapping[str, str] | None = None, encrypt: bool = False) -> bytes:
    """A PDF of full-width glyphs (one em each, ASCII half). ``wrong`` maps a printed character to what the character map says it is."""
    used = sorted({c for page in pages for *_, text in page.texts for c in text} | {"あ"})
    objects: list[bytes] = [b"", b""]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(data: bytes, extra: bytes = b"") -> bytes:
        packed = zlib.compress(data)
        return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), extra, packed)

    mapped = "\n".join(f"<{ord(c):04X}> <{(wrong or {}).get(c, c).encode('utf-16-be').hex()}>" for c in used)
    cmap = add(stream(_CMAP.replace("ENTRIES", f"{len(used)} beginbfchar\n{mapped}\nendbfchar").encode()))
    widths = " ".join(f"{ord(c)} [{500 if c.isascii() else 1000}]" for c in used)
    descriptor = add(
        b"<< /Type /FontDescriptor /FontName /Test /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
    )
    descendant = add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {descriptor} 0 R /DW 1000 /W [{widths}] >>".encode()
    )
    font = add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {cmap} 0 R >>".encode()
    )
    image = add(stream(b"\x80" * 64, b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8"))
    kids = []
    for page in pages:
        parts = [
            f"{page.matrix} cm",
            "0.9 g",
            *(f"{x0} {page.height - y1} {x1 - x0} {y1 - y0} re f" for x0, y0, x1, y1 in page.fills),
            "0 g",
        ]
        parts += [
            f"BT /F {size} Tf 1 0 0 1 {x} {page.height - y} Tm <{text.encode('utf-16-be').hex()}> Tj ET" for x, y, size, text in page.texts
        ]
        parts += [f"{x0} {page.height - y0} m {x1} {page.height - y1} l S" for x0, y0, x1, y1 in page.lines]
        parts += ["q 500 0 0 700 40 40 cm /I Do Q"] if page.image else []
        content = add(stream("\n".join(parts).encode()))
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] /Rotate {page.rotate} /Contents {content} 0 R "
                f"/Resources << /Font << /F {font} 0 R >> /XObject << /I {image} 0 R >> >> >>".encode()
            )
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    trailer = ""
    if encrypt:
        number = add(b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -44 >>" % (b"41" * 32, b"42" * 32))
        trailer = f"/Encrypt {number} 0 R /ID [<00> <00>]"
    return _assemble(objects, trailer)


def _assemble(objects: Sequence[bytes], trailer: str) -> bytes:
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Test def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
ENTRIES
endcmap
end
end"""
