"""Which files of an instance a backup holds."""

from pathlib import Path

import pytest

from app.core.errors import DomainError
from app.operations.sets import tree


def _home(root: Path, *names: str) -> Path:
    for name in names:
        path = root / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root / "home"


def test_backups_kept_inside_an_instance_are_not_backed_up(tmp_path: Path) -> None:
    home = _home(tmp_path, "lake/a", "disque/vigie/vigie-20261201T003000Z/files.age", "disque/b")
    kept = [str(path) for path in tree.kept(home, but=home / "disque" / "vigie")]
    assert kept == ["disque/b", "lake/a"]


def test_a_folder_on_another_disk_is_backed_up_when_the_link_is_at_the_first_level(
    tmp_path: Path,
) -> None:
    home = _home(tmp_path, "lake/a")
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "b").touch()
    (home / "archive").symlink_to(tmp_path / "large")
    assert [str(path) for path in tree.kept(home)] == ["archive/b", "lake/a"]


@pytest.mark.parametrize("name", ["lake/folder", "lake/file", "file"])
def test_any_other_link_stops_the_backup_rather_than_leave_a_file_out(
    tmp_path: Path, name: str
) -> None:
    home = _home(tmp_path, "lake/a")
    target = tmp_path / "elsewhere"
    target.mkdir() if name.endswith("folder") else target.touch()
    (home / name).symlink_to(target)
    with pytest.raises(DomainError, match="est un lien"):
        list(tree.kept(home))
