"""Where the samples go, and how their bytes are kept the same on every run."""

import datetime
import io
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import zipfile

SAMPLES = pathlib.Path(__file__).resolve().parent.parent
FONTCONFIG = pathlib.Path(__file__).resolve().parent / "fontconfig.xml"
FIXED_TIME = datetime.datetime(2024, 10, 21, 9, 0, 0)
FIXED_EPOCH = 1729501200
COMPANY = "远砚科技有限公司"
AUTHOR = "Deskmate samples"


def freeze_zip(path):
    """Rewrites an Office file with one fixed time for every entry, in embedded workbooks too."""
    path = pathlib.Path(path)
    path.write_bytes(_frozen(path.read_bytes()))


def _frozen(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries:
            if name.endswith(".xlsx"):
                data = _frozen(data)
            elif name == "docProps/core.xml":
                stamp = FIXED_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                data = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, data)
            info = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def convert(source, target_suffix, folder):
    """Converts an Office file with LibreOffice and returns the new path."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["libreoffice", f"-env:UserInstallation=file://{profile}", "--headless",
             "--convert-to", target_suffix, "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=240,
            env={**os.environ, "FONTCONFIG_FILE": str(FONTCONFIG),
                 "SOURCE_DATE_EPOCH": str(FIXED_EPOCH)})
    return pathlib.Path(folder) / (pathlib.Path(source).stem + "." + target_suffix)


def office_to_pdf(source, target, title):
    """Makes the PDF of an Office file, with fixed dates and a fixed file identifier."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    with tempfile.TemporaryDirectory() as folder:
        ascii_name = pathlib.Path(folder) / ("source" + pathlib.Path(source).suffix)
        shutil.copy(source, ascii_name)
        made = convert(ascii_name, "pdf", folder)
        writer = PdfWriter(clone_from=PdfReader(made))
        stamp = FIXED_TIME.strftime("D:%Y%m%d%H%M%S+08'00'")
        writer.add_metadata({"/Title": title, "/Author": AUTHOR, "/CreationDate": stamp,
                             "/ModDate": stamp})
        identifier = ByteStringObject(b"deskmate-samples")
        writer._ID = ArrayObject([identifier, identifier])
        with open(target, "wb") as out:
            writer.write(out)
