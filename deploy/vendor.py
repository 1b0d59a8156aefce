"""Fetch the few scripts and styles that our pages borrow, and prove that nobody has changed them since.

`python deploy/vendor.py verify` needs no network: it compares every committed file with vendor.lock.
`python deploy/vendor.py refresh` (developers only, needs npm) fetches the pinned packages again, checks
each against the integrity in the lock, strips what we may not ship, and writes files and lock anew.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

VENDOR = Path(__file__).resolve().parent.parent / "services" / "shared" / "web" / "static" / "vendor"
LOCK = VENDOR / "vendor.lock"
LEAFLET_IMAGES = ("layers-2x.png", "layers.png", "marker-icon-2x.png", "marker-icon.png", "marker-shadow.png")

# Components that are for GOV.UK alone (its header and footer carry the crown), or that we have no use for.
NOT_OURS = ("header", "footer", "cookie-banner", "exit-this-page", "phase-banner")


class Locked(TypedDict):
    """What the lock remembers of one package: who it is, and the hash of each file that we serve."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


@dataclass(frozen=True)
class Package:
    """A package we borrow from, and which of its files (path inside it → name we serve it under)."""

    name: str
    version: str
    licence: str
    files: dict[str, str]
    changes: dict[str, Callable[[str], str]] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        return f"{self.name}@{self.version}"


def without_source_map(text: str) -> str:
    """Return the script without its pointer to a source map, which we do not ship."""
    return re.sub(r"\s*//# sourceMappingURL=\S+\s*$", "\n", text)


def without_components(css: str) -> str:
    """Return GOV.UK's styles without the components that are for GOV.UK alone, or that we have no use for."""

    def is_ours(selector: str) -> bool:
        named = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", selector)
        return not re.search(rf"\.govuk-(?:{'|'.join(NOT_OURS)})(?![a-z]|-[a-z])", named)

    def keep(rule: re.Match[str]) -> str:
        selectors = [selector for selector in re.split(r",(?![^(]*\))", rule[1]) if is_ours(selector)]
        return f"{','.join(selectors)}{{{rule[2]}}}" if selectors else ""

    css = re.sub(r"([^{}]+)\{([^{}]*)\}", keep, css)
    emptied = re.compile(r"@[^{}]+\{\}")
    while emptied.search(css):
        css = emptied.sub("", css)
    return css


def without_crown_and_font(css: str) -> str:
    """Return GOV.UK's styles without the licensed font and the royal arms.

    Policy: only services on GOV.UK may use GDS Transport and the crown; everyone else uses the components alone.
    """
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,", "")
    css = re.sub(r"(?:-webkit-)?(?:background|mask)-image:url\([^)]*govuk-crest[^)]*\);?", "", css)
    css = re.sub(r"\s*/\*# sourceMappingURL=.*?\*/\s*", "", css)
    css = without_components(css)
    leftovers = re.findall(r"url\(|GDS Transport|@font-face|crest", css)
    if leftovers:
        raise SystemExit(f"vendor: govuk-frontend's styles still hold {sorted(set(leftovers))}")
    return css + "\n"


PACKAGES = (
    Package(
        "govuk-frontend",
        "6.3.0",
        "MIT",
        {
            "dist/govuk/govuk-frontend.min.css": "govuk-frontend.min.css",
            "dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
        },
        {
            "govuk-frontend.min.css": without_crown_and_font,
            "govuk-frontend.min.js": without_source_map,
        },
    ),
    Package("htmx.org", "2.0.11", "0BSD", {"LICENSE": "LICENSE.txt", "dist/htmx.min.js": "htmx.min.js"}),
    Package(
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        {
            "LICENSE": "LICENSE.txt",
            "dist/leaflet.css": "leaflet.css",
            "dist/leaflet.js": "leaflet.js",
            **{f"dist/images/{image}": f"images/{image}" for image in LEAFLET_IMAGES},
        },
        {"leaflet.js": without_source_map},
    ),
    Package("idb", "8.0.4", "ISC", {"LICENSE": "LICENSE.txt", "build/umd.js": "umd.js"}),
)


def sha512(content: bytes) -> str:
    """Return the hash in the form that npm and browsers use for integrity."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def locked() -> dict[str, Locked]:
    """Return what the lock holds, by package name."""
    if not LOCK.exists():
        return {}
    packages: list[Locked] = json.loads(LOCK.read_text(encoding="utf-8"))
    return {package["name"]: package for package in packages}


def faults() -> list[str]:
    """Return every difference between the lock and the files on disk; an empty list means all is as it was fetched."""
    found: list[str] = []
    lock = locked()
    expected = {LOCK.name}
    for package in PACKAGES:
        entry = lock.get(package.name)
        if entry is None or entry["version"] != package.version:
            found.append(f"{package.folder} is not in vendor.lock")
            continue
        if "LICENSE.txt" not in entry["files"]:
            found.append(f"{package.folder} has no licence text")
        for name, digest in entry["files"].items():
            path = VENDOR / package.folder / name
            expected.add(f"{package.folder}/{name}")
            if not path.exists():
                found.append(f"{package.folder}/{name} is missing")
            elif sha512(path.read_bytes()) != digest:
                found.append(f"{package.folder}/{name} differs from vendor.lock")
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    found += [f"{stray} is not in vendor.lock" for stray in sorted(present - expected)]
    return found


def fetch(package: Package, scratch: Path) -> tuple[Path, str]:
    """Return the package's archive, fetched by npm, and its integrity."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--pack-destination", str(scratch)]
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True)
    archive = scratch / json.loads(done.stdout)[0]["filename"]
    return archive, sha512(archive.read_bytes())


def unpack(package: Package, archive: Path) -> dict[str, bytes]:
    """Return the files that we serve from this package, changed where we must."""
    contents: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for inside, name in package.files.items():
            member = tar.extractfile(f"package/{inside}")
            if member is None:
                raise SystemExit(f"vendor: {package.folder} has no file {inside}")
            content = member.read()
            change = package.changes.get(name)
            contents[name] = change(content.decode("utf-8")).encode("utf-8") if change else content
    return contents


def refresh() -> None:
    """Fetch every package, check it against the lock, and write files and lock."""
    before = locked()
    lock: list[Locked] = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            archive, integrity = fetch(package, Path(scratch))
            known = before.get(package.name)
            if known and known["version"] == package.version and known["integrity"] != integrity:
                raise SystemExit(f"vendor: {package.folder} is not what it was when it was locked")
            contents = unpack(package, archive)
            folder = VENDOR / package.folder
            if "LICENSE.txt" not in contents:
                # govuk-frontend's package holds no licence file; ours was copied from its repository by hand.
                contents["LICENSE.txt"] = (folder / "LICENSE.txt").read_bytes()
            for old in VENDOR.glob(f"{package.name}@*"):
                shutil.rmtree(old)
            for name, content in contents.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            lock.append(
                Locked(
                    name=package.name,
                    version=package.version,
                    licence=package.licence,
                    integrity=integrity,
                    files={name: sha512(content) for name, content in sorted(contents.items())},
                )
            )
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the command named and return the exit status."""
    if arguments == ["refresh"]:
        refresh()
    elif arguments not in ([], ["verify"]):
        sys.stderr.write("usage: vendor.py [verify|refresh]\n")
        return 2
    found = faults()
    for fault in found:
        sys.stderr.write(f"vendor: {fault}\n")
    if not found:
        sys.stdout.write(f"vendor: {len(PACKAGES)} packages are as they were fetched\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
