"""PAdES by pyHanko, apart from the adapter, since it takes a second to import."""

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

FIELD = "Seal"


def sign(pdf: bytes, pkcs12: bytes, password: bytes | None, holder: str) -> bytes:
    """Return the PDF with a signature appended; every byte of it before stays as it was.

    The signature has no appearance: a drawn seal is none.
    """
    signer = signers.SimpleSigner.load_pkcs12_data(pkcs12, (), password)
    about = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", name=holder, subfilter=SigSeedSubFilter.PADES
    )
    signed = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), about, signer, output=signed)
    return signed.getvalue()
