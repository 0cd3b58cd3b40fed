"""pyHanko's own validation of signed agreements: prints files per second, one round a line."""
import asyncio
import sys
import time

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

anchors, paths = sys.argv[1], sys.argv[2:]
with open(anchors, 'rb') as file:
    roots = [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]


async def validate(path):
    with open(path, 'rb') as file:
        for signature in PdfFileReader(file).embedded_signatures:
            status = await async_validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
            if not (status.intact and status.valid and status.trusted):
                raise SystemExit(f'{path}: {signature.field_name} not valid')


async def main():
    for _ in range(4):
        start = time.perf_counter()
        for path in paths:
            await validate(path)
        print(len(paths) / (time.perf_counter() - start))


asyncio.run(main())
