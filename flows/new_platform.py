"""A platform's name in; its module and a first fixture case, both working, written into a checkout."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

import spiders
from flows.exit_codes import CommandError
from spiders.platform import discover_platforms

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}[a-z0-9]")
TEMPLATES = Path(__file__).parent / "templates" / "platform"
CASE = "hot"


def find_checkout() -> Path:
    """The source tree this program runs from; CommandError when it is installed without one."""
    root = Path(spiders.__path__[0]).parent
    if not (root / "pyproject.toml").is_file() or not (root / "tests" / "fixtures").is_dir():
        raise CommandError(
            "new-platform writes into the source tree, and this Headwater is installed without one; clone "
            "the repository, install it there with `pip install -e .`, and run the command again"
        )
    return root


def write_platform(name: str, root: Path) -> tuple[Path, ...]:
    """Write `spiders/platforms/NAME.py` and `tests/fixtures/NAME/hot/` under `root`; the files written.

    CommandError, with nothing written, for a name that is none or is taken.
    """
    check_name(name)
    module, case = root / "spiders" / "platforms" / f"{name}.py", root / "tests" / "fixtures" / name / CASE
    taken = next((path for path in (module, case.parent) if path.exists()), None)
    if taken is not None or name in discover_platforms():
        where = taken.relative_to(root) if taken else "a known platform"
        raise CommandError(f"there is a {name!r} already ({where}); choose another name")
    title = name.replace("_", " ").title()
    words = {"name": name, "title": title, "class_name": title.replace(" ", "") + "Board"}
    targets = {"platform.txt": module} | {
        file: case / file for file in ("page.json", "meta.json", "expected.json")
    }
    case.mkdir(parents=True)
    for template, target in targets.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        target.write_text(Template(text).substitute(words), encoding="utf-8")
    return tuple(targets.values())


def check_name(name: str) -> None:
    """CommandError for a name that cannot be a module and the platform of a record."""
    if not NAME.fullmatch(name) or "__" in name or keyword.iskeyword(name):
        raise CommandError(
            f"{name!r} is no name for a platform: take 3 to 32 small letters, digits and single underscores, "
            "a letter first, such as `smzdm` or `tieba_hot`"
        )
