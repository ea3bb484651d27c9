"""Raw columns of counts and times in, columns ready for Arrow out; plain digits take a fast path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spiders.counts import MAX_COUNT, parse_count
from spiders.errors import BadCount, BadMoment
from spiders.imports.instants import (
    FIRST_MOMENT,
    BadInstant,
    read_day,
    read_instant,
    read_period_end,
    read_serial,
)
from spiders.imports.request import ImportRequest
from spiders.moments import SHANGHAI, find_reference, parse_moment_shown

_MOMENT = pa.timestamp("us", tz="UTC")
_SHORTENED = re.compile(r"([1-9])(?:\.(\d{1,11}))?[eE]\+?(\d{1,2})")
_NO_REFERENCE = "Time of publication counted from a moment that no column 采集时间 gives (昨天, 3分钟前)"
_COARSE_REFERENCE = (
    "Time of publication counted from a moment that 采集时间 does not tell closely enough (昨天, 3分钟前)"
)
_FIRST_SECOND = int(FIRST_MOMENT.timestamp())
_LAST_SECOND = 10**10


def read_counts(
    name: str, values: Sequence[Any] | None, floors: dict[int, list[str]], notes: Counter[str]
) -> list[int | None] | None:
    """A column of counts -> whole numbers; adds the name to `floors` of rows with a floor."""
    if values is None:
        return None
    plain = read_whole_numbers(values)
    if plain is not None and (not plain or 0 <= min(plain) <= max(plain) <= MAX_COUNT):
        return list(plain)
    counts: list[int | None] = []
    add = counts.append
    for at, value in enumerate(values):
        if type(value) is int and 0 <= value <= MAX_COUNT:
            add(value)
        elif type(value) is str and len(value) < 15 and value.isdecimal() and value.isascii():
            add(int(value))
        elif value is None or value == "":
            add(None)
        else:
            add(_read_count(name, value, at, floors, notes))
    return counts


def read_whole_numbers(values: Sequence[Any]) -> list[int] | None:
    """A column of nothing but whole numbers or their digits -> numbers, in one pass; None for others."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(values)
    if kinds == {str} and "" not in values:
        digits = "".join(values)
        if digits.isascii() and digits.isdecimal() and len(digits) < 16 * len(values):
            return list(map(int, values))
    return None


def _read_count(
    name: str, value: object, at: int, floors: dict[int, list[str]], notes: Counter[str]
) -> int | None:
    if isinstance(value, str) and value.startswith("-") and value[1:].isdecimal():
        value = int(value)
    if isinstance(value, int) and value < 0:
        # Tools write -1 for a count that the platform hides.
        return None
    try:
        count = parse_count(value)
    except BadCount:
        notes[f"Unreadable number of {name}"] += 1
        return None
    if count is None:
        return None
    if count.is_floor:
        floors.setdefault(at, []).append(name)
    return count.value


class EpochReader:
    """Reads the columns of times of one batch."""

    def __init__(self, request: ImportRequest, notes: Counter[str]) -> None:
        """Times that cannot be read are counted in `notes`."""
        self._request = request
        self._notes = notes
        self._latest = to_microseconds(request.latest)
        self.messages: dict[str, None] = {}
        """What a person should know of how times were read, in order."""
        self._default = to_microseconds(request.file_moment)
        self._days: set[int] = set()
        """Moments that stand for a day of capture without a time."""
        self._refused: dict[int, str] = {}
        self._has_captured = False

    def read_captured(self, values: Sequence[Any] | None, rows: int, faults: dict[int, str]) -> pa.Array:
        """When each row was observed: its own moment, else the file's; an impossible one is a fault."""
        self._refused, self._has_captured = faults, values is not None
        if values is None:
            return pa.repeat(pa.scalar(self._request.file_moment, _MOMENT), rows)
        alike = self._read_alike(values)
        if alike is not None:
            return alike
        default = self._default
        moments: list[int] = []
        known: dict[Any, int | str] = {}
        for at, value in enumerate(values):
            moment = read_digits(value)
            if isinstance(value, list | dict):
                outcome: int | str = "bad_captured_at"
            elif moment is None:
                if value not in known:
                    known[value] = self._read_instant(value, default)
                outcome = known[value]
            else:
                outcome = moment if moment <= self._latest else "captured_at_out_of_range"
            if isinstance(outcome, str):
                faults.setdefault(at, outcome)
                outcome = default
            moments.append(outcome)
        return pa.array(moments, pa.int64()).cast(_MOMENT)

    def _read_alike(self, values: Sequence[Any]) -> pa.Array | None:
        """A column of nothing but epoch numbers of one unit, none in the future; None for any other."""
        numbers = read_whole_numbers(values)
        if not numbers:
            return None
        least, most = read_digits(min(numbers)), read_digits(max(numbers))
        if least is None or most is None or most > self._latest:
            return None
        unit = least // min(numbers)
        return (
            pc.multiply(pa.array(numbers, pa.int64()), unit).cast(_MOMENT)
            if most == max(numbers) * unit
            else None
        )

    def _read_instant(self, value: object, default: int) -> int | str:
        if value is None or value == "":
            return default
        request = self._request
        if (day := read_day(value, request.serial_epoch)) is not None:
            return self._place_day(day)
        if (last := read_period_end(value)) is not None:
            self.messages["Times of capture are periods: each counts on its last day."] = None
            return self._place_day(last)
        try:
            return to_microseconds(read_instant(value, request.zone, request.latest, request.serial_epoch))
        except BadInstant as error:
            return default if error.reason == "no_captured_at" else error.reason

    def _place_day(self, day: date) -> int | str:
        request = self._request
        zone = request.zone or SHANGHAI
        begin = datetime.combine(day, time(), zone)
        if not FIRST_MOMENT <= begin <= request.latest:
            return "captured_at_out_of_range"
        self._days.add(to_microseconds(begin))
        self.messages[f"Times of capture are days alone: each counts from its midnight in {zone}."] = None
        return to_microseconds(begin)

    def read_published(
        self, values: Sequence[Any] | None, rows: int, captured: pa.Array
    ) -> tuple[pa.Array, list[str | None] | None]:
        """When each row was published, with its precision; None where not shown or not readable."""
        if values is None:
            return pa.nulls(rows, _MOMENT), None
        alike = self._read_alike(values)
        if alike is not None:
            return alike, ["second"] * rows
        moments: list[int | None] = []
        precision: list[str | None] = []
        for at, value in enumerate(values):
            moment = read_digits(value)
            if moment is not None and moment <= self._latest:
                moments.append(moment)
                precision.append("second")
            else:
                shown = self._read_shown(value, captured, at)
                moments.append(None if shown is None else shown[0])
                precision.append(None if shown is None else shown[1])
        return pa.array(moments, pa.int64()).cast(_MOMENT), precision

    def _read_shown(self, value: object, captured: pa.Array, at: int) -> tuple[int, str] | None:
        if value is None or value == "" or value == 0 or value == "0" or value == "Unknown":
            return None
        if isinstance(value, str) and (shortened := _SHORTENED.fullmatch(value.strip())):
            return self._read_shortened(shortened)
        value = _write_day(value, self._request)
        if (placed := self._read_placed(value)) is not None:
            return placed
        try:
            shown = parse_moment_shown(value, captured[at].as_py())
        except BadMoment:
            self._notes["Unreadable time of publication"] += 1
            return None
        if shown is None:
            if isinstance(value, str) and value.strip().endswith(("前", "ago")):
                self._notes["Time of publication too coarse for a day (2周前)"] += 1
            return None
        if isinstance(value, str) and not self._knows_reference(value, captured, at):
            if at not in self._refused:
                self._notes[_COARSE_REFERENCE if self._has_captured else _NO_REFERENCE] += 1
            return None
        return to_microseconds(shown.moment), shown.precision

    def _read_placed(self, value: object) -> tuple[int, str] | None:
        """A whole time of day in the zone that the user names; None without such a zone or time."""
        request = self._request
        if request.zone is None or not isinstance(value, str) or ":" not in value:
            return None
        try:
            moment = read_instant(value, request.zone, request.latest, request.serial_epoch)
        except BadInstant:
            return None
        return to_microseconds(moment), "second" if value.count(":") > 1 else "minute"

    def _knows_reference(self, shown: str, captured: pa.Array, at: int) -> bool:
        """False for 昨天 in a row without a moment of its own: when the file was written tells no more than
        that it was not later. The day in a file's name tells 昨天, though no 3分钟前.
        """
        reference = find_reference(shown)
        moment = captured[at].value
        if moment in self._days:
            return reference in {None, "year", "day"}
        if reference is None or moment != self._default:
            return True
        if reference == "year" and not self._request.names_its_day:
            day = self._request.file_moment.astimezone(SHANGHAI).date()
            self.messages[
                f"Days without a year are the last ones before {day}, when the file was written."
            ] = None
        return reference == "year" or (reference == "day" and self._request.names_its_day)

    def _read_shortened(self, found: re.Match[str]) -> tuple[int, str] | None:
        """Spreadsheets write 1620560000000 as 1.62056E+12: good to the day if it cut under half a day."""
        exponent, digits = int(found[3]), found[2] or ""
        cut = 10 ** (exponent - len(digits)) if exponent >= len(digits) else 1
        moment = read_digits(int(found[1] + digits) * cut)
        unit = 1000 if exponent >= 11 else 1
        if moment is None or cut > 43_200 * unit:
            self._notes["Time of publication shortened by a spreadsheet (as 1.75E+12)"] += 1
            return None
        return moment, "day"


def _write_day(value: object, request: ImportRequest) -> object:
    """A spreadsheet's day or wall clock -> as it is written, for Shanghai's calendar; all else as it is."""
    day = read_day(value, request.serial_epoch)
    if day is not None:
        return day.isoformat()
    value = read_serial(value, request.serial_epoch) or value
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value


def read_digits(value: object) -> int | None:
    """Epoch seconds (10 digits) or milliseconds (13), number or text -> microseconds; None for all else."""
    if type(value) is str:
        if not (value.isdecimal() and value.isascii()) or not 9 <= len(value) <= 13:
            return None
        value = int(value)
    elif type(value) is not int:
        return None
    if _FIRST_SECOND <= value < _LAST_SECOND:
        return int(value) * 1_000_000
    if _FIRST_SECOND * 1000 <= value < _LAST_SECOND * 1000:
        return int(value) * 1000
    return None


def to_microseconds(moment: datetime) -> int:
    """A moment with a zone -> microseconds since 1970."""
    elapsed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
