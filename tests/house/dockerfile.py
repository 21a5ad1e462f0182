"""The Dockerfile as a list of steps, for the tests that check and perform them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)
_CONTINUED = re.compile(r"\\\n\s*")


@dataclass(frozen=True)
class Step:
    """One instruction, and the number of the stage it stands in."""

    stage: int
    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        """What follows the instruction, options left out."""
        return [word for word in self.rest.split() if not word.startswith("--")]

    @property
    def command(self) -> list[str]:
        """The program and arguments of an exec form; a shell form is no JSON and raises."""
        parts: list[str] = json.loads(self.rest[self.rest.index("[") :])
        return parts


def read_dockerfile() -> list[Step]:
    """Read the project's Dockerfile, stages numbered from 1."""
    text = _CONTINUED.sub(" ", _COMMENT.sub("", (ROOT / "Dockerfile").read_text()))
    steps: list[Step] = []
    stage = 0
    for line in filter(None, text.splitlines()):
        word, _, rest = line.partition(" ")
        stage += word == "FROM"
        steps.append(Step(stage, word, rest))
    return steps


def last_stage(word: str) -> list[Step]:
    """Return the steps with this instruction that make the image itself."""
    steps = read_dockerfile()
    return [step for step in steps if step.stage == steps[-1].stage and step.word == word]


def copied_sources(step: Step) -> list[str]:
    """Return the paths of the project that a step takes into the image."""
    from_project = step.word == "COPY" and "--from=" not in step.rest
    return step.words[:-1] if from_project else []
