"""Make the Linux wheel of torch importable without the gigabytes of CUDA libraries that it is linked to.

The wheel links to cuBLAS, cuDNN and others even where only the CPU is used: `import torch` fails when the loader cannot find
them, though none of their functions is ever called on a machine without a CUDA device. So each library that the loader would
miss is stood in for by one small library, under each missing name, whose functions all answer 100: "no CUDA device".
The CUDA runtime itself is not replaced: its wheel is small, and torch asks it how many devices there are.

The stand-ins go beside torch's own libraries, which the loader searches last: CUDA libraries installed later take precedence.
Run by the interpreter of the environment that has torch; needs a C compiler, readelf and nm (binutils).
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
TORCH_LIB = SITE_PACKAGES / "torch" / "lib"
ROOTS = ("libtorch_global_deps.so", "libtorch_python.so")
CUDA_LIBRARY = re.compile(r"lib(cu|nccl|nv)\w*\.so")
CUDA_SYMBOL = re.compile(r"(cu[A-Za-z]|nccl|nvrtc|nvshmem|nvtx)")
CUDA_ERROR_NO_DEVICE = 100


def output(*command: object) -> str:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def needed(library: Path) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-dW", library))


def loaded_libraries() -> tuple[dict[str, Path], set[str]]:
    """The libraries that `import torch` loads from the wheels, by name, and the names of those that are missing."""
    found: dict[str, Path] = {}
    missing: set[str] = set()
    queue = list(ROOTS)
    while queue:
        name = queue.pop()
        if name in found or name in missing:
            continue
        path = TORCH_LIB / name
        if not path.exists():
            path = next((p for p in (SITE_PACKAGES / "nvidia").glob(f"*/lib/{name}")), path)
        if path.exists():
            found[name] = path
            queue += needed(path)
        elif CUDA_LIBRARY.match(name):
            missing.add(name)
    return found, missing


def missing_symbols(libraries: dict[str, Path]) -> dict[str, set[str]]:
    """The CUDA functions that the libraries call and none defines, by symbol version ("" where they ask for none)."""
    defined: set[str] = set()
    undefined: set[tuple[str, str]] = set()
    for path in libraries.values():
        for line in output("nm", "-D", "--with-symbol-versions", path).splitlines():
            *_, kind, symbol = line.split()
            name, _, version = symbol.partition("@")
            if kind == "U":
                undefined.add((name, version))
            else:
                defined.add(name)
    by_version: dict[str, set[str]] = {}
    for name, version in undefined:
        if name not in defined and CUDA_SYMBOL.match(name):
            by_version.setdefault(version, set()).add(name)
    return by_version


def build(target: Path, symbols: dict[str, set[str]]) -> None:
    source = f"static int no_device(void) {{ return {CUDA_ERROR_NO_DEVICE}; }}\n"
    source += "".join(f'int {name}(void) __attribute__((alias("no_device")));\n' for name in sorted(set().union(*symbols.values())))
    # The loader insists on the versions: each is the name of the library that the function would come from.
    versions = "".join(f"{version} {{ {'; '.join(sorted(names))}; }};\n" for version, names in sorted(symbols.items()) if version)
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder) / "stand-in.c", Path(folder) / "stand-in.map"
        file.write_text(source)
        script.write_text(versions)
        compiler = os.environ.get("CC", "cc").split()
        output(*compiler, "-shared", "-fPIC", "-O1", "-w", "-fno-builtin", f"-Wl,--version-script={script}", "-o", target, file)


def main() -> int:
    if not TORCH_LIB.is_dir():
        print(f"torch is not installed in {SITE_PACKAGES}", file=sys.stderr)
        return 1
    stand_in = TORCH_LIB / "libcuda-stand-in.so"
    for left_over in (p for p in TORCH_LIB.iterdir() if p.is_symlink() and p.readlink() == Path(stand_in.name)):
        left_over.unlink()
    libraries, missing = loaded_libraries()
    if not missing:
        return 0
    build(stand_in, missing_symbols(libraries))
    for name in sorted(missing):
        (TORCH_LIB / name).symlink_to(stand_in.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
