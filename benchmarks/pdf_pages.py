"""Speed and memory of reading a long PDF: ``python -m benchmarks.pdf_pages [--pages 600] [FILE.pdf …]``.

The pages of the given files (else of ../shared/samples, else of examples/) are repeated in turn until the PDF has the wished length. Each reader runs
in a process of its own, so that the peak of its memory is its own. Where pdfplumber is installed it stands beside Keikaku: its words and its tables
of each page, with nothing done with them.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2

from ingest.pipeline import read_documents
from ingest.readers import read_file

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"


def build(files: Sequence[Path], pages: int, target: Path) -> None:
    """Write a PDF of ``pages`` pages, those of ``files`` in turn."""
    with pypdfium2.PdfDocument.new() as whole:
        sources = [pypdfium2.PdfDocument(file) for file in files]
        while len(whole) < pages:
            for source in sources:
                whole.import_pages(source, range(min(len(source), pages - len(whole))))
        whole.save(target)
        for source in sources:
            source.close()


def read_with_keikaku(file: Path) -> None:
    """Lines and tables of every page."""
    read_file(file)


def read_whole_documents(file: Path) -> None:
    """Lines, tables, measures, figures: everything that goes into the graph."""
    for _ in read_documents([file]):
        pass


def read_with_pdfplumber(file: Path) -> None:
    """What a user would write instead."""
    import pdfplumber

    with pdfplumber.open(file) as pdf:
        for page in pdf.pages:
            page.extract_words()
            page.extract_tables()
            page.close()


READERS: dict[str, Callable[[Path], None]] = {
    "keikaku-lines": read_with_keikaku,
    "keikaku-facts": read_whole_documents,
    "pdfplumber": read_with_pdfplumber,
}


def measure(reader: str, file: Path) -> tuple[float, float]:
    """(seconds of one core, peak MiB) of a reader in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pdf_pages", "--run", reader, str(file)]
    seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    return float(seconds), float(peak)


def run(reader: str, file: Path) -> None:
    """What the process of one measurement does: read, then print seconds and peak MiB."""
    started = time.process_time()
    READERS[reader](file)
    print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="*", type=Path, metavar="FILE.pdf")
    arguments.add_argument("--pages", type=int, default=600)
    arguments.add_argument("--run", choices=READERS, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.run:
        run(chosen.run, chosen.files[0])
        return 0
    files = chosen.files or sorted(SAMPLES.glob("nankoku*.pdf")) or sorted((ROOT / "examples").glob("*.pdf"))
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.pdf"
        build(files, chosen.pages, long)
        print(f"{chosen.pages} pages, {long.stat().st_size / 2**20:.0f} MiB, of {', '.join(file.name for file in files)}")
        for reader in READERS:
            if reader == "pdfplumber" and importlib.util.find_spec("pdfplumber") is None:
                continue
            seconds, peak = measure(reader, long)
            first = first or seconds
            print(f"  {reader:14} {chosen.pages / seconds:6.1f} pages a second  {seconds / first:5.2f} × the time  peak {peak:5.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
