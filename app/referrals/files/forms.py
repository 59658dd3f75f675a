"""A file of experts that is sent."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from app.core.web.forms import DsfrForm


class DirectoryFileForm(DsfrForm):
    """A file, and whether it names all the experts of its antennes."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez un fichier XLSX ou CSV.")],
        description="XLSX sans macro, ou CSV. 2 Mo et 2 000 lignes au plus.",
    )
    is_complete = BooleanField(
        "Ce fichier est complet : archiver les experts de ses antennes qu’il ne nomme pas"
    )
