"""What a result covers, from the ledger: how many inputs and records came in, and why the others did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.lake import NoData, dataset
from conf.places import Place
from schemas import ops
from schemas.table import Table

NAMED_AT_MOST = 20
OTHER_RECORD = "other_record"  # a request, a warcinfo: nothing that a reader would miss


@dataclass(frozen=True)
class Coverage:
    """Inputs and records, those lost by reason."""

    inputs: int
    """Inputs asked for."""
    complete: int
    """Inputs of which every record was read."""
    damaged: int
    """Inputs of which some records were set aside."""
    failed: int
    """Inputs that could not be landed at all."""
    records_seen: int
    """Records of the table found (those of other kinds are not counted)."""
    records_kept: int
    """Records that became rows."""
    records_set_aside: int
    """Records in quarantine."""
    set_aside_by_reason: dict[str, int]
    """Records in quarantine, by reason."""
    failed_by_reason: dict[str, int]
    """Failed inputs, by reason."""
    failed_inputs: tuple[dict[str, str], ...]
    """Up to twenty of the failed inputs: source_file, reason, detail."""
    passed_by_reason: dict[str, int] = field(default_factory=dict)
    """Records that are none of the table's, by reason, where one was told (pages that are no articles)."""

    @property
    def inputs_share(self) -> float:
        """Share of inputs landed, 0 to 1; damaged ones count as landed."""
        return 1 - self.failed / self.inputs if self.inputs else 1.0

    @property
    def records_share(self) -> float:
        """Share of records kept, 0 to 1, of the inputs that were landed."""
        return self.records_kept / self.records_seen if self.records_seen else 1.0

    @property
    def loss(self) -> float:
        """The larger of the two shares lost."""
        return max(1 - self.inputs_share, 1 - self.records_share)

    @property
    def sentence(self) -> str:
        """One line that says it all."""
        reasons = [f"{reason} {n:,}" for reason, n in sorted(self.set_aside_by_reason.items())]
        failures = [f"{reason} {n:,}" for reason, n in sorted(self.failed_by_reason.items())]
        left_out = [f"{k} {n:,}" for k, n in sorted(self.passed_by_reason.items()) if k != OTHER_RECORD]
        return (
            f"coverage: {_percent(self.inputs_share)} of {self.inputs:,} inputs, "
            f"{_percent(self.records_share)} of {self.records_seen:,} records"
            + (f"; set aside: {', '.join(reasons)}" if reasons else "")
            + (f"; failed: {', '.join(failures)}" if failures else "")
            + (f"; left out: {', '.join(left_out)}" if left_out else "")
        )

    def as_dict(self) -> dict[str, Any]:
        """For manifests."""
        shares = {"inputs_share": self.inputs_share, "records_share": self.records_share}
        return asdict(self) | {"failed_inputs": list(self.failed_inputs)} | shares


def _percent(share: float) -> str:
    """A share in words; never 100 % while anything is missing."""
    return "100 %" if share == 1 else f"{min(100 * share, 99.99):.2f} %"


def ledger(root: Place, table: Table, where: Mapping[str, Sequence[str]] | None = None) -> pa.Table:
    """Ledger rows of a table's inputs, sorted by source_file; those of some partitions where `where` says so."""
    schema = ops.ledger.schema()
    try:
        files = dataset(root, ops.ledger, {"table_name": [table.name]})
    except NoData:
        return schema.empty_table()

    def read(path: str) -> pa.Table:
        with root.fs.open((root / path).path, "rb") as handle:
            return pq.ParquetFile(handle).read().cast(schema)

    with ThreadPoolExecutor(16) as pool:
        rows = pa.concat_tables([schema.empty_table(), *pool.map(read, [p.path for p in files.parts])])
    steps = [{f"{column}={value}" for value in values} for column, values in (where or {}).items() if values]
    kept = [
        i for i, part in enumerate(rows["part"].to_pylist()) if all(s & set(part.split("/")) for s in steps)
    ]
    return rows.take(pa.array(kept, pa.int64())).sort_by("source_file")


def coverage(rows: pa.Table) -> Coverage:
    """Coverage of the inputs in some ledger rows."""
    by_status = Counter(rows["status"].to_pylist())
    reasons, passed = (_added(rows[n]) for n in ("set_aside_by_reason", "passed_by_reason"))
    total = {n: sum(rows[n].to_pylist()) for n in ("records_seen", "records_kept", "records_passed")}
    lost = [
        r
        for r in rows.select(["source_file", "status", "reason", "detail"]).to_pylist()
        if r["status"] == "failed"
    ]
    return Coverage(
        inputs=rows.num_rows,
        complete=by_status["complete"],
        damaged=by_status["damaged"],
        failed=by_status["failed"],
        records_seen=total["records_seen"] - total["records_passed"],
        records_kept=total["records_kept"],
        records_set_aside=sum(reasons.values()),
        set_aside_by_reason=dict(sorted(reasons.items())),
        failed_by_reason=dict(sorted(Counter(r["reason"] for r in lost).items())),
        failed_inputs=tuple(
            {"source_file": r["source_file"], "reason": r["reason"], "detail": r["detail"]}
            for r in lost[:NAMED_AT_MOST]
        ),
        passed_by_reason=dict(sorted(passed.items())),
    )


def _added(by_reason: pa.ChunkedArray) -> Counter[str]:
    total: Counter[str] = Counter()
    for pairs in by_reason.to_pylist():
        total.update(dict(pairs))
    return total
