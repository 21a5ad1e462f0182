"""PostgreSQL's own log: where it is, what it said last, how much of it is kept."""

from dataclasses import dataclass
from pathlib import Path

_KEPT = 10  # files, each of at most a day and about 10 MB
_TAIL = 20_000


@dataclass(frozen=True)
class Journal:
    """The words of the server: the first ones in one file, the rest in a folder of dated files."""

    first_words: Path
    folder: Path

    @property
    def newest(self) -> Path:
        """The file the latest launch wrote to last."""
        dated = self._dated()
        began = self.first_words.stat().st_mtime if self.first_words.exists() else 0.0
        if dated and dated[-1].stat().st_mtime >= began - 1.0:
            return dated[-1]
        return self.first_words

    def last_words(self) -> str:
        """Read the end of what the latest launch said."""
        said = [path.read_bytes()[-_TAIL:] for path in (self.first_words, self.newest)]
        return b"\n".join(said).decode(errors="replace")

    def prune(self) -> None:
        """Keep the newest files only."""
        for old in self._dated()[:-_KEPT]:
            old.unlink(missing_ok=True)

    def _dated(self) -> list[Path]:
        return sorted(self.folder.glob("postgresql-*.log"))
