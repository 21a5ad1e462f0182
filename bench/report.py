"""The table: medians of per-round ratios, with their range, and the machine they come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.contenders import ROOT
from bench.measuring import Measured
from bench.plans import OPERATIONS
from bench.processes import machine
from bench.rows import Loaded

PAGE: Final = ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- bench: begin -->"
END: Final = "<!-- bench: end -->"
GOALS: Final = {"R": (1.0, 1.15), "L": (0.75, 1.45), "W": (0.5, 1.85)}
Figure = Callable[[Measured], float]


@dataclass(frozen=True, slots=True)
class Findings:
    """All measurements of a run, and what they were made with."""

    found: Sequence[Measured]
    postgres: str
    customers: int
    resident_before: float
    loaded: Loaded | None

    def of(self, operation: str, contender: str) -> list[Measured]:
        """Return the measurements of one contender, round by round."""
        return [m for m in self.found if (m.operation, m.contender) == (operation, contender)]

    def ratios(self, operation: str, contender: str, figure: Figure) -> list[float]:
        """Return the service's figure over another's, round by round."""
        pairs = zip(self.of(operation, "service"), self.of(operation, contender), strict=True)
        return [figure(ours) / figure(theirs) for ours, theirs in pairs]

    @property
    def operations(self) -> list[str]:
        """The operations that were measured, in their order."""
        return [one for one in OPERATIONS if any(m.operation == one for m in self.found)]

    @property
    def contenders(self) -> list[str]:
        """The contenders, the service first."""
        return list(dict.fromkeys(m.contender for m in sorted(self.found, key=_service_first)))


def table(findings: Findings) -> str:
    """Return the table in Markdown."""
    columns = (
        "",
        "contender",
        "req/s",
        "p50 ms",
        "p99 ms",
        "CPU us, server + PostgreSQL",
        "req/s of it (range)",
        "CPU of it (range)",
        "load",
    )
    lines = [_line(columns), _line(["---"] * len(columns))]
    for operation in findings.operations:
        lines += [_row(findings, operation, contender) for contender in findings.contenders]
    return "\n".join(lines)


def tell(findings: Findings) -> None:
    """Print the table."""
    print(table(findings))
    print(_rest(findings))


def write_page(findings: Findings) -> None:
    """Put the table into docs/performance.md, between its marks."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = "\n".join((_facts(findings), "", table(findings), "", _rest(findings)))
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}")


def breaches(findings: Findings) -> list[str]:
    """Return what lies beyond half of the goals: wide limits, for machines that are not quiet."""
    found = []
    for operation, (rate, _) in GOALS.items():
        if operation in findings.operations:
            ratio = median(findings.ratios(operation, "bare", _rate))
            if ratio < rate / 2:
                found.append(f"{operation}: {ratio:.2f} of the reference, less than {rate / 2}")
    return found


def _row(findings: Findings, operation: str, contender: str) -> str:
    ours = findings.of(operation, contender)
    cells = (
        f"**{operation}** {OPERATIONS[operation]}" if contender == "service" else "",
        contender,
        f"{median(m.rate for m in ours):,.1f}",
        f"{median(m.p50 for m in ours):.2f}",
        f"{median(m.p99 for m in ours):.2f}",
        f"{median(m.server_us for m in ours):,.0f} + {median(m.postgres_us for m in ours):,.0f}",
        "" if contender == "service" else _range(findings.ratios(operation, contender, _rate)),
        "" if contender == "service" else _range(findings.ratios(operation, contender, _cpu)),
        f"{median(m.load for m in ours):.1f}",
    )
    return _line(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _range(ratios: Sequence[float]) -> str:
    return f"**{median(ratios):.2f}** ({min(ratios):.2f}-{max(ratios):.2f})"


def _facts(findings: Findings) -> str:
    facts = machine()
    return (
        f"{facts.cores} cores of {facts.model}, {facts.memory_gib} GiB, shared by all three; "
        f"PostgreSQL {findings.postgres}, {findings.customers:,} customers, "
        f"{max(map(len, (findings.of(o, 'service') for o in findings.operations)))} rounds."
    )


def _rest(findings: Findings) -> str:
    """Say what no row of the table holds: loading, and memory."""
    loaded, said = findings.loaded, []
    if loaded is not None:
        said.append(
            f"**Load**: {loaded.rows:,} rows by `cims load customers` in {loaded.seconds:.0f} s, "
            f"{loaded.rate:,.0f} rows/s; CPU us a row {loaded.loader_us:.0f} + "
            f"{loaded.postgres_us:.0f}; {loaded.peak_mib:.0f} MiB at most."
        )
    return "\n".join((*said, _memory(findings)))


def _memory(findings: Findings) -> str:
    last = [m.resident_mib for m in findings.found if m.contender == "service"]
    return (
        f"The service held {findings.resident_before:.0f} MiB after its start, "
        f"{max(last):.0f} MiB at most and {last[-1]:.0f} MiB at the end."
    )


def _service_first(measured: Measured) -> bool:
    return measured.contender != "service"


def _rate(measured: Measured) -> float:
    return measured.rate


def _cpu(measured: Measured) -> float:
    return measured.cpu_us
