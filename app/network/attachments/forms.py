"""The file that is joined to a text."""

from flask_wtf.file import FileField, FileRequired

from app.core.web.forms import DsfrForm


class AttachmentForm(DsfrForm):
    """One file."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez un fichier.")],
        description="PDF, image (PNG, JPEG, WebP) ou document (DOCX, XLSX, PPTX) sans macro, 10 Mo au plus.",
    )
