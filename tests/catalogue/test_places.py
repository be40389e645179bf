"""Places: the catalogue is found where an installation put it, and nothing outside a folder belongs to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurogebra.catalogue import places
from neurogebra.catalogue.places import packaged, shown, yaml_files
from neurogebra.errors import EntryError, NeurogebraError


def test_the_catalogue_of_this_package_is_found():
    assert any(path.stem == "relu" for path in yaml_files(packaged()))


def test_the_packaged_catalogue_comes_before_the_checkouts(tmp_path):
    package = tmp_path / "neurogebra"
    (package / "_registry").mkdir(parents=True)
    (tmp_path / "registry").mkdir()
    (tmp_path / "pyproject.toml").touch()
    assert packaged(package) == package / "_registry"
    (package / "_registry").rmdir()
    assert packaged(package) == tmp_path / "registry"


def test_a_folder_that_happens_to_be_called_registry_is_not_the_catalogue(tmp_path):
    (tmp_path / "registry").mkdir()
    with pytest.raises(NeurogebraError) as caught:
        packaged(tmp_path / "neurogebra")
    inside, beside = tmp_path / "neurogebra" / "_registry", tmp_path / "registry"
    assert str(caught.value) == (
        f"no catalogue: there is neither {inside} nor a checkout's {beside}; reinstall neurogebra."
    )


def test_yaml_files_are_those_inside_in_alphabetical_order(tmp_path):
    for name in ("b.yaml", "a/z.yaml", "a/y.yaml", "a/b/c.yaml", "README.md", "a/notes.txt", "x.yaml~"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in yaml_files(tmp_path)]
    assert found == ["a/b/c.yaml", "a/y.yaml", "a/z.yaml", "b.yaml"]


def test_names_that_begin_with_a_dot_are_left_alone(tmp_path):
    for name in (".git/a.yaml", ".#b.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".secret.yaml").symlink_to("/etc/passwd")
    assert yaml_files(tmp_path) == []


def test_a_folder_may_be_called_as_a_file_is(tmp_path):
    (tmp_path / "odd.yaml").mkdir()
    (tmp_path / "odd.yaml" / "a.yaml").touch()
    assert yaml_files(tmp_path) == [tmp_path / "odd.yaml" / "a.yaml"]


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.yaml", "../outside", "../gone.yaml"])
def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path, target):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside.yaml").touch()
    (inside / "a.yaml").symlink_to(target)
    with pytest.raises(EntryError, match=r"inside/a\.yaml: this link leads out of its folder, to /.*; put the"):
        yaml_files(inside)


def test_a_link_that_stays_inside_is_a_file_and_a_linked_folder_is_not_walked_twice(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").touch()
    (tmp_path / "b.yaml").symlink_to("real/a.yaml")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "c.yaml").symlink_to("real")
    assert yaml_files(tmp_path) == [tmp_path / "b.yaml", tmp_path / "real" / "a.yaml"]


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").touch()
    (tmp_path / "link").symlink_to("real")
    assert yaml_files(tmp_path / "link") == [tmp_path / "link" / "a.yaml"]


def test_the_other_ending_is_not_ignored_in_silence(tmp_path):
    (tmp_path / "a.yml").touch()
    with pytest.raises(EntryError, match=r"a\.yml: entries end in \.yaml; rename it\."):
        yaml_files(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EntryError, match=r"gone: there is no such folder\."):
        yaml_files(tmp_path / "gone")


def test_paths_are_shown_from_here_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown("a/../b.yaml") == "b.yaml"
    assert shown(tmp_path.parent / "b.yaml") == str(tmp_path.parent / "b.yaml")
    assert places.shown(Path("/")) == "/"
