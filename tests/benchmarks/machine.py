"""The machine a figure was measured on, for every benchmark's result."""

from __future__ import annotations

import platform
import resource
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

LIBRARIES = ("duckdb", "numpy", "onnxruntime", "prefect", "pyarrow", "scrapy")


def describe_machine() -> dict[str, object]:
    """Processor, cores, memory in GiB, Python, library versions and date (UTC)."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": read_processor(),
        "cores": psutil.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def read_processor() -> str:
    """Name of the processor as the kernel gives it."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def measure_peak_mib(process_id: int | None = None) -> float:
    """Largest resident size of this process so far, or of one on Linux, in MiB."""
    status = Path(f"/proc/{process_id or 'self'}/status")
    if status.exists():
        # A started process inherits its parent's mark in getrusage; this one is its own.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
