"""Near-duplicates: documents of the core tables in, the group of each out."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from flows.progress import track_step
from flows.stopping import StopRequest
from nlp.duplicates import KEYS_VERSION, DuplicateRules, group_duplicates, sign_texts
from warehouse.store import Warehouse
from warehouse.text_groups import (
    COPY_DAYS,
    count_ungrouped,
    count_unsigned,
    find_copies,
    read_ungrouped,
    read_unsigned,
    write_text_bands,
    write_text_groups,
)

BATCH_ROWS = 20_000
JOINED_SCHEMA = pa.schema([("platform", pa.string()), ("gone", pa.string()), ("kept", pa.string())])


def group_texts(warehouse: Warehouse, stop: StopRequest | None = None) -> int:
    """Put every document that has no group into one; the number of them.

    A batch is compared within itself and with what shares a key with it two weeks either way, so that the
    work grows with what is new. Stopped anywhere, the next run goes on after the last batch.
    """
    pending = count_ungrouped(warehouse)
    if not pending:
        return 0
    unsigned = count_unsigned(warehouse, KEYS_VERSION)
    done, total = 0, unsigned + pending
    with track_step("find near-duplicates", stop) as advance:
        advance(done, total)
        if unsigned:
            for batch in read_unsigned(warehouse, BATCH_ROWS):
                write_text_bands(warehouse, sign_batch(batch))
                done += batch.num_rows
                advance(done, total)
        for batch in read_ungrouped(warehouse, BATCH_ROWS):
            bands = sign_batch(batch)
            write_text_groups(warehouse, *group_batch(batch, find_copies(warehouse, bands), bands))
            done += batch.num_rows
            advance(done, total)
    return pending


def sign_batch(batch: pa.Table) -> pa.Table:
    """The batch with the keys of its documents, as the column bands."""
    keys = sign_texts(batch["text"].to_pylist(), batch["author_key"].to_pylist())
    return batch.append_column("bands", pa.array(keys, pa.list_(pa.int64())))


def group_batch(batch: pa.Table, near: pa.Table, bands: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Groups of a batch of documents, their keys, and the older groups that they show to be one.

    near: documents of other batches that may be copies. The tables that `write_text_groups` takes.
    """
    groups, joined = [], []
    for platform in pc.unique(batch["platform"]).sort().to_pylist():
        fresh = batch.filter(pc.equal(batch["platform"], platform))
        known = near.filter(pc.equal(near["platform"], platform))
        heads = find_heads(known, fresh)
        kept, gone = merge_groups(heads[: known.num_rows], known["dup_group_id"].to_pylist())
        joined += [{"platform": platform, "gone": one, "kept": other} for one, other in gone.items()]
        names = [kept.get(head, head) for head in heads[known.num_rows :]]
        own = fresh["subject_id"].to_pylist()
        is_primary = [one == group for one, group in zip(own, names, strict=True)]
        table = fresh.select(["subject_kind", "subject_id", "platform"])
        table = table.append_column("dup_group_id", pa.array(names, pa.string()))
        groups.append(table.append_column("is_primary", pa.array(is_primary)))
    return pa.concat_tables(groups), bands, pa.Table.from_pylist(joined, schema=JOINED_SCHEMA)


def find_heads(known: pa.Table, fresh: pa.Table) -> list[str]:
    """The first document that each one of `known` and then of `fresh` is a copy of, in order of time."""
    names = ["subject_id", "text", "author_key", "day"]
    together = pa.concat_tables([known.select(names), fresh.select(names)])
    order = pc.sort_indices(together["day"])
    ids, texts, authors, days = (together.take(order)[name].to_pylist() for name in names)
    numbers = [day.toordinal() for day in days]
    heads = group_duplicates(ids, texts, authors, DuplicateRules(most_days=COPY_DAYS), numbers)
    found: list[str] = heads["dup_group_id"].take(pc.sort_indices(order)).to_pylist()
    return found


def merge_groups(heads: Sequence[str], groups: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The group of each head's documents, and of each group that goes the one that it goes on in.

    heads, groups: what known documents, in order of time, are copies of, and the groups that they have. Of
    groups that turn out to be one, directly or through a third, the one met first is kept.
    """
    age = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    older: dict[str, str] = {}

    def find_oldest(group: str) -> str:
        while group in older:
            group = older[group]
        return group

    first: dict[str, str] = {}
    for head, group in zip(heads, groups, strict=True):
        one, other = find_oldest(first.setdefault(head, group)), find_oldest(group)
        if one != other:
            one, other = sorted((one, other), key=age.__getitem__)
            older[other] = one
    return {head: find_oldest(group) for head, group in first.items()}, {
        group: find_oldest(group) for group in older
    }
