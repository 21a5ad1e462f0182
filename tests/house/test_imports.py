"""The import contracts: they hold, and each is shown to break on an import planted in a copy."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.house.dockerfile import ROOT

CONTRACTS: Final = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
]
# For each contract, by the beginning of its name: a file, and the import that it must not have.
PLANTS: Final = {
    "1: ": ("app/core/clock.py", "from app.http import asgi"),
    "2: ": ("app/features/staff/models.py", "from app.features.customers import models"),
    "3: ": ("app/features/customers/problems.py", "from app.features.customers import service"),
    "4: ": ("app/core/jobs.py", "import fastapi"),
    "5: ": ("app/features/staff/service/rules.py", "import sqlalchemy"),
    "6: access ": ("app/main.py", "from app.features.access import repository"),
    "6: alerts ": ("app/main.py", "from app.features.alerts import repository"),
    "6: campaigns ": ("app/main.py", "from app.features.campaigns import repository"),
    "6: clients ": ("app/main.py", "from app.features.clients import repository"),
    "6: customers ": ("app/features/trail/pages.py", "from app.features.customers import schemas"),
    "6: emergency ": ("app/main.py", "from app.features.emergency import repository"),
    "6: exchange ": ("app/main.py", "import app.features.exchange.repository"),
    "6: exports ": ("app/main.py", "from app.features.exports import repository"),
    "6: factors ": ("app/main.py", "from app.features.factors import repository"),
    "6: handover ": ("app/main.py", "from app.features.handover import repository"),
    "6: identity ": ("app/main.py", "from app.features.identity import repository"),
    "6: imports ": ("app/main.py", "from app.features.imports import repository"),
    "6: jobs ": ("app/main.py", "from app.features.jobs import repository"),
    "6: quotas ": ("app/main.py", "from app.features.quotas import schemas"),
    "6: mail ": ("app/main.py", "from app.features.mail import repository"),
    "6: merges ": ("app/main.py", "from app.features.merges import repository"),
    "6: pool ": ("app/main.py", "from app.features.pool import repository"),
    "6: purchases ": ("app/main.py", "from app.features.purchases import repository"),
    "6: quality ": ("app/main.py", "from app.features.quality import repository"),
    "6: roles ": ("app/main.py", "from app.features.roles import repository"),
    "6: sharing ": ("app/main.py", "from app.features.sharing import repository"),
    "6: sso ": ("app/main.py", "from app.features.sso import repository"),
    "6: staff ": ("app/features/trail/schemas.py", "from app.features.staff import repository"),
    "6: trail ": ("app/main.py", "from app.features.trail import repository"),
    "7: ": ("app/main.py", "from app.postgres import cluster"),
    "8: ": ("app/postgres/turns.py", "import typer"),
}
FOUND: Final = re.compile(r"^(?P<name>\d: .*) (?P<outcome>KEPT|BROKEN)\b", re.MULTILINE)


def outcomes(folder: Path) -> dict[str, str]:
    """Run the linter in a folder, and return what it says to each contract."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = {match["name"]: match["outcome"] for match in FOUND.finditer(done.stdout)}
    assert found, done.stdout + done.stderr
    return found


def test_every_contract_holds() -> None:
    """The code as it is keeps all contracts."""
    assert outcomes(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says to a copy with every forbidden import in it."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "app", copy / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, line in PLANTS.values():
        file = copy / path
        file.parent.mkdir(exist_ok=True)
        for missing in (file.parent / "__init__.py", file, copy / _imported(line)):
            missing.touch()
        file.write_text(f"{file.read_text()}\n{line}\n")
    return outcomes(copy)


def _imported(line: str) -> str:
    """Return the file of an imported module of ours, so that a name in brackets is there, too."""
    path = line.removeprefix("import ").removeprefix("from ").replace(" import ", ".")
    return path.replace(".", "/") + ".py" if path.endswith(".repository") else "app/__init__.py"


@pytest.mark.parametrize("name", CONTRACTS)
def test_each_contract_breaks_on_a_planted_import(planted: dict[str, str], name: str) -> None:
    """A contract that never breaks proves nothing."""
    assert any(name.startswith(beginning) for beginning in PLANTS)
    assert planted[name] == "BROKEN"
