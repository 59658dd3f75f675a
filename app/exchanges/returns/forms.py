"""The file of accompagnements that comes back."""

from flask_wtf.file import FileField, FileRequired

from app.core.web.forms import DsfrForm


class CaseFileForm(DsfrForm):
    """A file of accompagnements."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez un fichier CSV ou XLSX.")],
        description=(
            "Un fichier exporté de Vigie, complété par vous ou par votre outil : CSV ou XLSX, 2 Mo et 2 000 lignes au plus."
            " Gardez les colonnes « Accompagnement » et « Repère » telles quelles."
        ),
    )
