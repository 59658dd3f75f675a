"""The file from which a list of firms is filled."""

from flask_wtf.file import FileField, FileRequired

from app.core.web.forms import DsfrForm


class FileForm(DsfrForm):
    """A file of firms."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez un fichier CSV ou XLSX.")],
        description=(
            "CSV (« , » ou « ; ») ou XLSX sans macro, avec une colonne « siren » ou « siret ». 2 Mo et 2 000 lignes au plus ;"
            " les autres colonnes sont ignorées."
        ),
    )
