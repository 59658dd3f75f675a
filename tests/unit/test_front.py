"""The static files of the pages: assembled in order, named by their digest, complete or refused."""

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core.front.publication import ENTRIES, Publication, assemble, write
from app.core.front.serving import SOURCE
from config import ROOT

FILES = {
    "css/app.css": '@import url("frame.css");\n@import url("paper.css") print;\nend {}\n',
    "css/frame.css": '@charset "UTF-8";frame { mask: url("../img/lamp.svg") url("data:image/svg+xml,<svg/>") }\n',
    "css/paper.css": "paper {}\n",
    "js/app.js": 'import { shine } from "./lamp.js";\nimport "./side.js";\nimport { tell } from "./word.js";\nshine(tell);\n',
    "js/lamp.js": 'import { tell } from "./word.js";\nconst TIMES = 3;\nexport function shine() { return tell(TIMES); }\n',
    "js/side.js": 'window.load = () => import("../lib/chart.js");\n',
    "js/word.js": "const TIMES = 5;\nexport const tell = (times) => times * TIMES;\n",
    "js/theme.js": "theme();\n",
    "lib/chart.js": "draw();\n",
    "img/lamp.svg": "<svg/>",
    "img/favicon.svg": "<svg></svg>",
    "img/forgotten.svg": "<svg />",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small front."""
    for name, text in FILES.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "source"


def text_of(publication: Publication, name: str) -> str:
    return publication.contents[name].decode()


def test_a_sheet_is_what_it_imports_in_the_order_it_says(source: Path) -> None:
    publication = assemble(source)
    lamp = publication.names["img/lamp.svg"]
    assert text_of(publication, "css/app.css") == (
        f"frame {{ mask: url(../{lamp}) url(\"data:image/svg+xml,<svg/>\") }}\n\n"
        "@media print {\npaper {}\n}\nend {}\n"
    )  # fmt: skip


def test_a_module_comes_after_those_it_imports_and_each_once(source: Path) -> None:
    module = text_of(assemble(source), "js/app.js")
    order = re.findall(r"^const (js_\w+) = \(\(\) => \{$", module, re.M)
    assert order == ["js_word_js", "js_lamp_js", "js_side_js", "js_app_js"]
    assert "const { tell } = js_word_js;" in module
    assert "return { shine };" in module
    assert not re.search(r"^(?:import|export)\b", module, re.M)


def test_what_is_loaded_on_demand_stays_apart_under_its_published_name(source: Path) -> None:
    publication = assemble(source)
    assert f'import("../{publication.names["lib/chart.js"]}")' in text_of(publication, "js/app.js")
    assert text_of(publication, "lib/chart.js") == FILES["lib/chart.js"]
    assert text_of(publication, "js/theme.js") == FILES["js/theme.js"]


def test_a_name_changes_with_its_file_and_with_what_the_file_names(source: Path) -> None:
    before = assemble(source).names
    (source / "img" / "lamp.svg").write_text("<svg>on</svg>")
    after = assemble(source).names
    assert {name for name in before if before[name] != after[name]} == {
        "img/lamp.svg",
        "css/app.css",
    }
    (source / "css" / "frame.css").write_text("frame {}\n")
    assert assemble(source).names["css/app.css"] not in {before["css/app.css"], after["css/app.css"]}  # fmt: skip
    (source / "js" / "word.js").write_text("export const tell = 1;\n")
    assert assemble(source).names["js/app.js"] != before["js/app.js"]


def test_names_do_not_depend_on_the_place(source: Path, tmp_path: Path) -> None:
    shutil.copytree(source, tmp_path / "elsewhere")
    assert assemble(tmp_path / "elsewhere").names == assemble(source).names


def test_only_what_the_entries_lead_to_is_published(source: Path) -> None:
    assert set(assemble(source).names) == {*ENTRIES, "img/lamp.svg", "lib/chart.js"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("css/app.css", '@import url("absent.css");'),
        ("css/frame.css", "frame { mask: url(absent.svg) }"),
        ("js/app.js", 'import { gone } from "./absent.js";\n'),
        ("js/side.js", 'import("./absent.js");\n'),
    ],
)
def test_a_file_that_is_missing_stops_the_application(source: Path, name: str, text: str) -> None:
    (source / name).write_text(text)
    with pytest.raises(FileNotFoundError, match="absent"):
        assemble(source)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import { shine } from "./app.js";\n', "js/lamp.js → js/word.js → js/app.js"),
        ('import * as all from "./side.js";\n', "import \\* as all"),
        ('import tell from "./side.js";\n', "import tell from"),
        ('import { tell as say } from "./side.js";\n', "import { tell as say }"),
        ("export default 1;\n", "export default"),
        ("export let tell = 1;\n", "export let"),
        ('export { tell } from "./side.js";\n', "export { tell }"),
        ('import "https://ailleurs.invalid/x.js";\n', "is not a file of the front"),
        ('import "../../secrets.js";\n', "is not a file of the front"),
    ],
)
def test_what_is_not_understood_is_refused(source: Path, text: str, said: str) -> None:
    (source / "js" / "word.js").write_text(text)
    with pytest.raises(ValueError, match=said):
        assemble(source)


def test_processes_that_start_together_leave_one_complete_directory(
    source: Path, tmp_path: Path
) -> None:
    publication, home = assemble(source), tmp_path / "home"
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: write(publication, home), range(8)))
    assert list(home.iterdir()) == list(folders)
    present = {path.relative_to(*folders).as_posix() for path in home.rglob("*.*") if path.is_file() and path.suffix != ".gz"}  # fmt: skip
    assert present == set(publication.names.values())


def test_what_was_written_is_not_written_again(source: Path, tmp_path: Path) -> None:
    folder = write(assemble(source), tmp_path / "home")
    folder.chmod(0o555)
    (tmp_path / "home").chmod(0o555)
    before = folder.stat()
    assert write(assemble(source), tmp_path / "home") == folder
    assert folder.stat() == before


def test_the_previous_publication_is_kept_and_older_ones_go(source: Path, tmp_path: Path) -> None:
    def change(text: str) -> Path:
        (source / "js" / "theme.js").write_text(text)
        return write(assemble(source), tmp_path / "home")

    first, second, third = (change(f"theme({number});\n") for number in range(3))
    assert not first.exists()
    assert second.is_dir()
    assert third.is_dir()


def test_no_sheet_and_no_script_of_ours_is_left_out() -> None:
    publication = assemble(SOURCE)
    published: Callable[[str], str] = lambda name: text_of(publication, name)  # noqa: E731
    for sheet in (SOURCE / "css").glob("*.css"):
        if f"css/{sheet.name}" not in ENTRIES:
            assert sheet.read_text().partition("{")[0] in published("css/app.css"), sheet.name
    for script in (SOURCE / "js").glob("*.js"):
        variable = f"const js_{re.sub(r'[^a-z]', '_', script.name)} = "
        assert f"js/{script.name}" in ENTRIES or variable in published("js/app.js"), script.name


def test_templates_name_published_files_only() -> None:
    templates = (ROOT / "app" / "templates").rglob("*.html")
    named = {
        name
        for path in templates
        for name in re.findall(r"url_for\(\"static\", filename=\"([^\"]+)\"\)", path.read_text())
    }
    assert named == set(ENTRIES)
