"""What has to be true of the files themselves."""

import hashlib
import json
import re
import subprocess
from importlib.metadata import files
from pathlib import Path

import pytest

import api
from api.cli import app
from kg.questions.catalogue import questions

ROOT = Path(__file__).parent.parent
MANIFESTS = sorted(ROOT.glob("*/static/vendor/**/manifest.json"))


def tracked():
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_names_a_registry_or_a_folder_of_some_machine():
    registries = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb.deb" + "ian.org"]
    folders = re.compile(r"(^|[^a-zA-Z.])/(wo" + "rk|fa" + "rm)/")
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [host for host in registries if host in text], path
        assert not folders.search(text), path


def test_lock_files_pin_every_version_with_its_hashes():
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert "--find-links" not in text
        for pin in re.split(r"\n(?=\S)", text.strip()):
            assert re.match(r"[\w.-]+==\S+", pin), pin
            assert "--hash=sha256:" in pin, pin


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.name)
def test_vendored_files_are_those_of_the_package_they_name(manifest):
    described = json.loads(manifest.read_text(encoding="utf-8"))
    assert described["version"]
    licences = [one for one in manifest.parent.iterdir() if "LICENSE" in one.name]
    assert licences
    for name, digest in described["files"].items():
        assert hashlib.sha256((manifest.parent / name).read_bytes()).hexdigest() == digest


def test_the_package_that_is_imported_is_the_one_installed():
    if not files("keiretsu"):
        pytest.skip("keiretsu is not installed")
    assert Path(api.__file__).resolve().is_relative_to(ROOT)


def test_the_wheel_holds_everything_it_needs(tmp_path):
    from zipfile import ZipFile

    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    inside = set(ZipFile(wheel).namelist())
    for package in ("kg", "api", "viz", "ontology", "data"):
        for path in tracked():
            relative = path.relative_to(ROOT)
            if relative.parts[0] == package:
                assert str(relative) in inside


def test_every_command_setting_and_question_is_documented():
    using = (ROOT / "docs/using.md").read_text(encoding="utf-8")
    http = (ROOT / "docs/http.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"KEIRETSU_\w+", (ROOT / "kg/settings.py").read_text()))
    commands = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert settings
    for name in [*settings, *commands]:
        assert f"`{name}`" in using
    for name in questions():
        assert f"`{name}`" in http


def test_the_readme_counts_the_claims_right():
    claims = sum(
        len(re.findall(r"^claim:\S+ a kei:(?:Claim|Response)", path.read_text(), re.MULTILINE))
        for path in (ROOT / "data/claims").glob("*.ttl")
    )
    for name in ("README.md", "CHANGELOG.md"):
        assert f"{claims} claims" in " ".join((ROOT / name).read_text().split())
