"""Near-duplicates: documents of the core tables in, the group of each out."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from flows.progress import track_step
from nlp.duplicates import DuplicateRules, group_duplicates, sign_texts
from warehouse.store import Warehouse
from warehouse.text_groups import (
    COPY_DAYS,
    count_ungrouped,
    find_copies,
    read_ungrouped,
    write_text_groups,
)

BATCH_ROWS = 20_000
JOINED_SCHEMA = pa.schema([("platform", pa.string()), ("gone", pa.string()), ("kept", pa.string())])


def group_texts(warehouse: Warehouse) -> int:
    """Put every document that has no group into one; the number of them.

    A batch is compared within itself and with what shares a key with it two weeks either way, so that the
    work grows with what is new. Stopped anywhere, the next run goes on after the last batch.
    """
    pending = count_ungrouped(warehouse)
    if not pending:
        return 0
    done = 0
    with track_step("find near-duplicates") as advance:
        advance(0, pending)
        for batch in read_ungrouped(warehouse, BATCH_ROWS):
            keys = sign_texts(batch["text"].to_pylist(), batch["author_key"].to_pylist())
            bands = batch.append_column("bands", pa.array(keys, pa.list_(pa.int64())))
            write_text_groups(warehouse, *group_batch(batch, find_copies(warehouse, bands), bands))
            done += batch.num_rows
            advance(done, pending)
    return done


def group_batch(batch: pa.Table, near: pa.Table, bands: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Groups of a batch of documents, their keys, and the older groups that they show to be one.

    near: documents of other batches that may be copies. The tables that `write_text_groups` takes.
    """
    groups, joined = [], []
    for platform in pc.unique(batch["platform"]).sort().to_pylist():
        fresh = batch.filter(pc.equal(batch["platform"], platform))
        known = near.filter(pc.equal(near["platform"], platform))
        names = ["subject_id", "text", "author_key", "day"]
        together = pa.concat_tables([known.select(names), fresh.select(names)])
        ids, texts, authors, days = (together[name].to_pylist() for name in names)
        numbers = [day.toordinal() for day in days]
        heads = group_duplicates(ids, texts, authors, DuplicateRules(most_days=COPY_DAYS), numbers)
        kept: dict[str, str] = {}
        links = zip(heads["dup_group_id"].to_pylist(), known["dup_group_id"].to_pylist(), strict=False)
        for head, group in links:
            if kept.setdefault(head, group) != group:
                joined.append({"platform": platform, "gone": group, "kept": kept[head]})
        names = [kept.get(head, head) for head in heads["dup_group_id"].to_pylist()[known.num_rows :]]
        own = fresh["subject_id"].to_pylist()
        is_primary = [one == group for one, group in zip(own, names, strict=True)]
        table = fresh.select(["subject_kind", "subject_id", "platform"])
        table = table.append_column("dup_group_id", pa.array(names, pa.string()))
        groups.append(table.append_column("is_primary", pa.array(is_primary)))
    return pa.concat_tables(groups), bands, pa.Table.from_pylist(joined, schema=JOINED_SCHEMA)
