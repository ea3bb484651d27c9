"""Answers that come slowly, too large, cut short, or never."""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from functools import lru_cache

from spiders.sandbox.connection import Fault, Wire, change_answer, write_head
from spiders.sandbox.wire import Answer

BOMB_BYTES = 200 * 1024 * 1024
BLOCK = b"x" * 65536
DRIP_SECONDS = 0.5
SILENCE_SECONDS = 600.0
HEADER_LINES = 3000


@lru_cache(maxsize=4)
def pack_zeros(rounds: int) -> bytes:
    """Two hundred megabytes of zeros, gzipped a number of times."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1024 * 1024)
    packed = b"".join(packer.compress(block) for _ in range(BOMB_BYTES // len(block))) + packer.flush()
    for _ in range(rounds - 1):
        packed = gzip.compress(packed, 9)
    return packed


def pack_answer(answer: Answer, body: bytes, encoding: str) -> Answer:
    """The answer with another body under a Content-Encoding."""
    return Answer(body, answer.status, answer.content_type, (*answer.headers, ("Content-Encoding", encoding)))


def drip_headers(wire: Wire, answer: Answer) -> bool:
    """One header byte each half second, the headers never ending."""
    for byte in write_head(answer, len(answer.body))[:-2] + b"X-Slow: " + BLOCK[:1200]:
        if not wire.wait(DRIP_SECONDS):
            break
        wire.send(bytes((byte,)))
    return False


def drip_body(wire: Wire, answer: Answer) -> bool:
    """The head at once, then one body byte each half second."""
    wire.send(write_head(answer, 100_000))
    for _ in range(1200):
        if not wire.wait(DRIP_SECONDS):
            break
        wire.send(b" ")
    return False


def say_nothing(wire: Wire, answer: Answer) -> bool:
    """Accept the request and stay silent."""
    wire.wait(SILENCE_SECONDS)
    return False


def stall(wire: Wire, answer: Answer) -> bool:
    """Half of the body, then silence."""
    wire.send(write_head(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    wire.wait(SILENCE_SECONDS)
    return False


def delay(wire: Wire, answer: Answer) -> bool:
    """The whole answer after two seconds."""
    wire.wait(2.0)
    return wire.send_answer(answer)


def stream_for_ever(wire: Wire, answer: Answer) -> bool:
    """Chunks without an end."""
    wire.send(write_head(chunked(answer), None))
    while not wire.stopping.is_set():
        wire.send(b"%x\r\n%b\r\n" % (len(BLOCK), BLOCK))
    return False


def claim_much(wire: Wire, answer: Answer) -> bool:
    """A Content-Length of a terabyte, and bytes until the client stops."""
    wire.send(write_head(answer, 10**12))
    while not wire.stopping.is_set():
        wire.send(BLOCK)
    return False


def send_huge_headers(wire: Wire, answer: Answer) -> bool:
    """Forty-eight megabytes of headers."""
    wire.send(write_head(answer, len(answer.body))[:-2])
    for number in range(HEADER_LINES):
        wire.send(b"X-Padding-%d: %b\r\n" % (number, BLOCK[:16_000]))
    wire.send(b"\r\n" + answer.body)
    return False


def send_many_cookies(wire: Wire, answer: Answer) -> bool:
    """Ten thousand cookies."""
    cookies = tuple(("Set-Cookie", f"c{number}={number}; Path=/") for number in range(10_000))
    return wire.send_answer(Answer(answer.body, answer.status, answer.content_type, cookies))


def chunked(answer: Answer) -> Answer:
    """The answer's head with chunked transfer."""
    return Answer(
        b"", answer.status, answer.content_type, (*answer.headers, ("Transfer-Encoding", "chunked"))
    )


def cut_by_length(wire: Wire, answer: Answer) -> bool:
    """Half of what Content-Length promises."""
    wire.send(write_head(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    return False


def cut_in_chunk(wire: Wire, answer: Answer) -> bool:
    """A chunk that ends before its length."""
    half = answer.body[: len(answer.body) // 2]
    wire.send(write_head(chunked(answer), None) + b"%x\r\n" % len(answer.body) + half)
    return False


def cut_without_length(wire: Wire, answer: Answer) -> bool:
    """HTTP/1.0 without a length, closed halfway: only the parser can see it."""
    head = write_head(answer, None).replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    wire.send(head + answer.body[: len(answer.body) // 2])
    return False


def cut_once(wire: Wire, answer: Answer) -> bool:
    """Half of the body the first time, all of it afterwards."""
    return wire.send_answer(answer) if wire.earlier else cut_by_length(wire, answer)


def cut_gzip(answer: Answer) -> Answer:
    """Half of a gzip stream."""
    packed = gzip.compress(answer.body)
    return pack_answer(answer, packed[: len(packed) // 2], "gzip")


def reset(wire: Wire, answer: Answer) -> bool:
    """Half of the body, then a TCP reset."""
    wire.send(write_head(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.connection.close()
    return False


def hang_up(wire: Wire, answer: Answer) -> bool:
    """Close without a byte."""
    return False


def send_rubbish(wire: Wire, answer: Answer) -> bool:
    """No HTTP at all."""
    wire.send(b"\x16\x03\x01\x02\x00\x01\x00 220 ready\r\n")
    return False


FAULTS: dict[str, Fault] = {
    "slow-headers": Fault(drip_headers, "a header byte each half second"),
    "slow-body": Fault(drip_body, "a body byte each half second"),
    "silent": Fault(say_nothing, "the request is read and never answered"),
    "stall": Fault(stall, "half of the body, then silence"),
    "delay": Fault(delay, "the true answer after two seconds"),
    "endless": Fault(stream_for_ever, "chunks without an end"),
    "huge-length": Fault(claim_much, "a Content-Length of a terabyte"),
    "huge-headers": Fault(send_huge_headers, "48 MB of headers"),
    "many-cookies": Fault(send_many_cookies, "10,000 Set-Cookie headers"),
    "gzip-bomb": change_answer(
        lambda answer: pack_answer(answer, pack_zeros(1), "gzip"), "200 MB of zeros in a small gzip body"
    ),
    "gzip-bomb-nested": change_answer(
        lambda answer: pack_answer(answer, pack_zeros(3), "gzip, gzip, gzip"), "the same, gzipped three times"
    ),
    "many-encodings": change_answer(
        lambda answer: pack_answer(answer, answer.body, ", ".join(["gzip"] * 500)),
        "500 names in Content-Encoding",
    ),
    "not-gzip": change_answer(
        lambda answer: pack_answer(answer, answer.body, "gzip"), "plain bytes that claim to be gzip"
    ),
    "cut-gzip": change_answer(cut_gzip, "half of a gzip stream"),
    "cut-length": Fault(cut_by_length, "half of what Content-Length promises"),
    "cut-chunk": Fault(cut_in_chunk, "a chunk that ends before its length"),
    "cut-http10": Fault(cut_without_length, "HTTP/1.0 without a length, closed halfway"),
    "cut-once": Fault(cut_once, "half of the body once, then all of it"),
    "reset": Fault(reset, "half of the body, then a TCP reset"),
    "hang-up": Fault(hang_up, "the connection is closed without a byte"),
    "not-http": Fault(send_rubbish, "bytes that are no HTTP"),
}
