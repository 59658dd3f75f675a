"""Partner files written by hand, and what becomes of their lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow.parquet as pq
import pytest

from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.registry import identify
from scoring.data.sources.report import FileReport

TODAY = date(2024, 6, 15)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Loaded:
    report: FileReport
    rows: Rows
    rejects: Rows

    @property
    def row(self) -> dict[str, Any]:
        assert len(self.rows) == 1
        return self.rows[0]

    @property
    def faults(self) -> list[tuple[int, str | None, str]]:
        return [(reject["line"], reject["column"], reject["reason"]) for reject in self.rejects]


Load = Callable[..., Loaded]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a file given by its name and content; return its report, rows and rejects."""

    def run(name: str, content: str | bytes, **options: Any) -> Loaded:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_path(path, tmp_path / "out", **options)

    return run


def load_path(path: Path, out_dir: Path, **options: Any) -> Loaded:
    source = identify(path)
    assert source is not None
    setting = Setting(**{"today": TODAY, **options})
    report = load_file(path, source, out_dir=out_dir, batch_id="b", setting=setting)
    assert report.valid + report.rejected + report.outside == report.rows
    rows = read_all(out_dir / source.name / "b")
    rejects = read_all(out_dir / "rejects" / "b")
    assert len(rejects) == report.rejected == sum(report.reasons.values())
    return Loaded(report, rows, rejects)


@dataclass(frozen=True)
class Imported:
    """A directory imported into a lake: the reports by file, and the rows of a source."""

    reports: dict[str, FileReport]
    lake: Lake

    def rows(self, source: str) -> Rows:
        return read_all(self.lake.root / source / "b")

    def counted(self, name: str) -> tuple[int, int]:
        """The valid lines of a file and those that count elsewhere."""
        return self.reports[name].valid, self.reports[name].duplicates


Import = Callable[[Mapping[str, str | bytes]], Imported]


@pytest.fixture
def import_all(tmp_path: Path) -> Import:
    """Import files given by name and content."""

    def run(files: Mapping[str, str | bytes]) -> Imported:
        folder = Path(mkdtemp(dir=tmp_path))
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        lake = Lake(folder / "lake")
        reports = import_directory(folder, lake, batch_id="b", today=TODAY)
        for report in reports:
            counts = report.valid, report.rejected, report.outside, report.duplicates
            assert sum(counts) == report.rows
        return Imported({report.file: report for report in reports}, lake)

    return run


def read_all(folder: Path) -> Rows:
    parts = sorted(folder.glob("*.parquet"))
    return [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()]


COTISATION = "Urssaf_gestion;Dep;Siret;Compte;periode;mer;enc_direct;cotis_due\n"
DEBIT = (
    "Urssaf_gestion;Dep;num_cpte;Siren;Siret;Dt_immat;Etat_cpte;Cd_pro_col;Periode;Num_Ecn;"
    "Num_Hist_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Cd_op_ecn;Motif_ecn;Recours_en_cours\n"
)


def contribution(
    siret: str = "11111111111111", period: str = "202031", due: str = "100", paid: str = "80"
) -> str:
    return f"267;40;{siret};C1;{period};0;{paid};{due}\n"


def debt(
    *, siret: str = "11111111111111", period: str = "202031", treated: str = "1200805", **cells: str
) -> str:
    employee, employer = cells.get("employee", "195907"), cells.get("employer", "864497")
    history, appeal = cells.get("history", "1"), cells.get("appeal", "0")
    return (
        f"267;40;C1;{siret[:9]};{siret};20000101;1;0;{period};659;{history};{treated};"
        f"{employee};{employer};1;2;{appeal}\n"
    )
