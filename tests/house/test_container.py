"""The image, as far as it can be built without an engine: its steps are checked and performed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.house.dockerfile import ROOT, copied_sources, last_stage, read_dockerfile

_IMPORT_ALL = """
import importlib, pkgutil, app
for module in pkgutil.walk_packages(app.__path__, "app."):
    importlib.import_module(module.name)
"""


class _Health(BaseHTTPRequestHandler):
    """Answers the health check with the status its server was given."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/live" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder that holds what the last stage copies from the project, not writable."""
    folder = tmp_path / "image"
    for step in last_stage("COPY"):
        for source in copied_sources(step):
            _copy(ROOT / source, folder / Path(source).name)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


@pytest.fixture
def health() -> Iterator[HTTPServer]:
    """A server on this machine that has a health page."""
    server = HTTPServer(("127.0.0.1", 0), _Health)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_bases_are_pinned_and_slim() -> None:
    """Both stages start from one slim Python of a named version and Debian."""
    bases = {step.words[0] for step in read_dockerfile() if step.word == "FROM"}

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+(\.\d+)?-slim-[a-z]+", bases.pop())


def test_only_the_environment_leaves_the_builder() -> None:
    """The image takes one folder from the stage that has the installer at work."""
    taken = [step.words for step in last_stage("COPY") if "--from=" in step.rest]

    assert taken == [["/opt/cims", "/opt/cims"]]


def test_packages_are_installed_by_hash() -> None:
    """Every installation is bound to the lock file."""
    installs = [step.command for step in read_dockerfile() if '"install",' in step.rest]
    by_pip = [command for command in installs if "pip" in command]

    assert by_pip
    assert all("--require-hashes" in command for command in by_pip)


def test_no_step_needs_a_shell() -> None:
    """Whatever runs, while building or later, is a program with its arguments."""
    running = [
        s for s in read_dockerfile() if s.word in {"RUN", "CMD", "HEALTHCHECK", "ENTRYPOINT"}
    ]

    assert all(step.command for step in running)
    assert not any({"sh", "bash", "curl", "wget"} & set(step.command) for step in running)


def test_nothing_is_fetched_by_address() -> None:
    """No ADD, and no address but the service's own."""
    steps = read_dockerfile()

    assert not any(step.word == "ADD" for step in steps)
    assert {found for s in steps for found in re.findall(r"https?://([\d.\w]+)", s.rest)} == {
        "127.0.0.1"
    }


def test_service_is_an_unprivileged_number() -> None:
    """The user is a number other than 0, which a cluster can verify, and stays to the end."""
    users = last_stage("USER")

    assert len(users) == 1
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[0].rest)
    assert read_dockerfile().index(users[0]) > read_dockerfile().index(last_stage("RUN")[-1])


def test_copied_files_are_in_the_project_and_in_the_build_context() -> None:
    """Each copied path is known to git (or about to be) and let through by .dockerignore."""
    sources = [path for step in read_dockerfile() for path in copied_sources(step)]
    admitted = (ROOT / ".dockerignore").read_text().splitlines()

    assert sources
    assert [path for path in sources if not _known_to_git(path)] == []
    assert [path for path in sources if f"!{path}" not in admitted] == []


def test_copied_files_suffice(image: Path, tmp_path: Path) -> None:
    """With only what is copied, every module imports and the command exists; nothing is written."""
    before = sorted(image.rglob("*"))

    _perform(image, tmp_path, ["python", "-c", _IMPORT_ALL])
    _perform(image, tmp_path, [*last_stage("CMD")[0].command, "--help"])

    assert sorted(image.rglob("*")) == before


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_health_check_follows_the_answer(
    health: HTTPServer, monkeypatch: pytest.MonkeyPatch, status: int, *, healthy: bool
) -> None:
    """The health check succeeds on 200 and on nothing else."""
    monkeypatch.setattr(_Health, "status", status)
    _, option, code = last_stage("HEALTHCHECK")[0].command
    code = code.replace(":8000/", f":{health.server_port}/")

    done = subprocess.run([sys.executable, option, code], capture_output=True, check=False)

    assert (done.returncode == 0) is healthy


def test_compose_has_no_password_of_its_own() -> None:
    """Every secret must be given: compose stops with a sentence when one is missing."""
    values = re.findall(r"PASSWORD: (.*)", (ROOT / "compose.yaml").read_text())
    inside = re.findall(r"://\w+:(.*?)@", (ROOT / "compose.yaml").read_text())

    assert len(values + inside) >= 6
    assert all(re.fullmatch(r"\$\{\w+:\?.+\}", value) for value in values + inside)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _known_to_git(path: str) -> bool:
    git = shutil.which("git") or "git"
    listing = [git, "ls-files", "--cached", "--others", "--exclude-standard", "--", path]
    return subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout != b""


def _perform(image: Path, home: Path, command: list[str]) -> None:
    program = [sys.executable, *command[1:]]
    variables = {"CIMS_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(program, cwd=image, env=variables, check=True, capture_output=True)
