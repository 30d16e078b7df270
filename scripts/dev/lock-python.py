#!/usr/bin/env python3.11
"""Write a lock file: every package that a list of requirements needs, with version and hash.

Usage: lock-python.py <requirements.in> <lock file>

The lock is for the platform that this runs on (CPython 3.11 on x86_64 Linux): one wheel, one hash a package. A line
`# leave out: <patterns>` in the input names packages that are dropped although something asks for them; what the input
itself lists stays.
"""

import fnmatch
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve(requirements: Path) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), "-r", str(requirements)], check=True)
        return json.loads(report.read_text())["install"]


def main() -> int:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    text = source.read_text()
    patterns = [p for line in re.findall(r"^# leave out:(.*)$", text, re.M) for p in line.split()]
    entries = []
    for package in resolve(source):
        name, version = normal(package["metadata"]["name"]), package["metadata"]["version"].partition("+")[0]
        if not package["requested"] and any(fnmatch.fnmatch(name, p) for p in patterns):
            continue
        file = package["download_info"]["url"].rpartition("/")[2]
        if not file.endswith(".whl"):
            print(f"{name} {version} has no wheel: leave it out or replace it", file=sys.stderr)
            return 1
        entries.append(f"{name}=={version} \\\n    --hash=sha256:{package['download_info']['archive_info']['hashes']['sha256']}\n")
    header = f"# Made from {source.name} by scripts/dev/lock-python.py: do not edit. CPython 3.11, x86_64, glibc 2.28 or newer.\n"
    target.write_text(header + "".join(sorted(entries)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
