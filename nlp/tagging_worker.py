"""Batches of subjects on standard input in, their annotations on standard output out: a process that tags.

Python reads texts on one core. Where there are many of them, processes of this kind read beside the first
one, each with taggers of its own. They end when their standard input does, so none outlives who began it.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import IO

import pyarrow as pa
from pydantic import TypeAdapter

from nlp.pipeline import annotate_table, build_taggers
from nlp.tagger import Tagger, TaggerSettings

_TAGGERS = b"taggers"
_SIZE_BYTES = 8
_PART_ROWS = 5_000
"""Texts that are read between two checks: seconds, where a batch of posts may take a minute. Of a thousand
few are of like length, and titles took 15 % longer; of five thousand they take no longer than of a batch."""

logger = logging.getLogger(__name__)

Annotate = Callable[[pa.Table, Sequence[Tagger]], pa.Table]
"""Subjects and taggers in, annotations out, as `annotate_table`."""


class WorkerEnded(RuntimeError):
    """The process is no more; what it was asked must be asked elsewhere."""


class TaggingWorker:
    """The taggers of some settings in a process of their own; it reads one batch at a time."""

    def __init__(self, settings: TaggerSettings) -> None:
        # -P: a folder `nlp` where the user stands is not ours
        command = [sys.executable, "-P", "-m", "nlp.tagging_worker"]
        # Control-C reaches the whole group, at times while the process still reads its imports; whoever began
        # it decides when it ends.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._send(TypeAdapter(TaggerSettings).dump_json(settings))

    @property
    def process_id(self) -> int:
        """Number of the process on this machine."""
        return self._process.pid

    def annotate(self, subjects: pa.Table, taggers: Sequence[Tagger]) -> pa.Table:
        """As `annotate_table`, by the process's own taggers of the same names.

        WorkerEnded when the process is no more, which is what a machine short of memory makes of it.
        """
        names = ",".join(tagger.name for tagger in taggers)
        request = subjects.replace_schema_metadata({_TAGGERS: names.encode()})
        if self._send(_pack_table(request)) and (answer := _receive(self._answers)):
            return _unpack_table(answer)
        raise WorkerEnded(f"a process that tags has ended with code {self._process.wait()}")

    def kill(self) -> None:
        """End the process at once; what it was asked is not answered."""
        self._process.kill()

    def close(self) -> None:
        """Let the process end, and wait for it."""
        self._process.communicate()

    def _send(self, message: bytes) -> bool:
        """Whether the process took the message."""
        try:
            _send(self._requests, message)
        except BrokenPipeError:
            return False
        return True


def share_batches(workers: Sequence[TaggingWorker], check: Callable[[], None] = lambda: None) -> Annotate:
    """A function that does what `annotate_table` does, by this process or a worker, whichever is free.

    One thread more than there are workers may call it at a time. What a worker that ended was asked, the
    others are. `check` raises where nothing more is to be read, and is asked every some texts.
    """

    def annotate_here(subjects: pa.Table, taggers: Sequence[Tagger]) -> pa.Table:
        parts = []
        for first in range(0, max(subjects.num_rows, 1), _PART_ROWS):
            check()
            parts.append(annotate_table(subjects.slice(first, _PART_ROWS), taggers))
        return pa.concat_tables(parts)

    readers: SimpleQueue[Annotate] = SimpleQueue()
    for reader in (annotate_here, *(worker.annotate for worker in workers)):
        readers.put(reader)

    def annotate(subjects: pa.Table, taggers: Sequence[Tagger]) -> pa.Table:
        reader = readers.get()
        try:
            annotations = reader(subjects, taggers)
        except WorkerEnded as end:
            check()
            logger.warning("%s; its texts are tagged by the others", end)
            return annotate(subjects, taggers)
        except BaseException:
            readers.put(reader)
            raise
        readers.put(reader)
        return annotations

    return annotate


def main() -> None:
    """Tag batch after batch until there are no more."""
    # A service manager's signal reaches every process of the service, the new session's too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not stand among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests = sys.stdin.buffer
    settings = TypeAdapter(TaggerSettings).validate_json(_receive(requests))
    taggers = {tagger.name: tagger for tagger in build_taggers(settings)}
    # The collector would read the taggers' words again for every some thousand labels.
    gc.freeze()
    while request := _receive(requests):
        subjects = _unpack_table(request)
        names = (subjects.schema.metadata or {})[_TAGGERS].decode().split(",")
        _send(answers, _pack_table(annotate_table(subjects, [taggers[name] for name in names])))


def _pack_table(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpack_table(packed: bytes) -> pa.Table:
    with pa.ipc.open_stream(packed) as reader:
        return reader.read_all()


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_SIZE_BYTES, "big"))
    stream.write(message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    """The next message; nothing at the end of the stream, and where it ends within a message."""
    size = int.from_bytes(stream.read(_SIZE_BYTES), "big")
    message = stream.read(size)
    return message if len(message) == size else b""


if __name__ == "__main__":
    main()
