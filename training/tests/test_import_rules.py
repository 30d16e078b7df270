"""Which folder of the package stands on which: a violation prints the rule."""

import ast
from pathlib import Path

import rehearse_training

PACKAGE = Path(rehearse_training.__file__).parent
# Folder -> what it may import of the package, besides itself, errors and log; and why.
MAY_IMPORT = {
    "data": ({"config"}, "recordings know nothing of networks"),
    "networks": ({"config"}, "networks know nothing of recordings, files or training"),
    "losses": ({"config", "networks"}, "terms know nothing of recordings"),
    "config": ({"losses", "networks"}, "what may be configured is what is registered there"),
    "stages": ({"config", "data", "networks", "losses"}, "stages know nothing of files that are exported"),
    "export": ({"config", "networks"}, "graphs are of networks, whoever trained them"),
    "importers": ({"config", "networks", "export"}, "imported models are never trained"),
    "experiments": ({"config", "losses", "stages", "pipeline"}, "experiments stand on top"),
}
ANYWHERE = {"errors", "log"}


def imported(file: Path) -> set[str]:
    """First names, within the package, of what a file imports when it runs; for types alone anything may be named."""
    tree, found = ast.parse(file.read_text()), set()
    package = file.relative_to(PACKAGE).parent.parts
    for_types = {inner for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level > 0 and node not in for_types:
            base = package[: len(package) - (node.level - 1)]
            names = [*base, *(node.module or "").split(".")] if node.module else [*base, node.names[0].name]
            found.add(names[0])
    return found


def test_every_folder_has_its_rule():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == MAY_IMPORT.keys()


def test_folders_import_what_they_may():
    broken = []
    for folder, (allowed, why) in MAY_IMPORT.items():
        files = list((PACKAGE / folder).rglob("*.py"))
        assert files
        for file in files:
            for other in imported(file) - allowed - ANYWHERE - {folder}:
                broken.append(f"{file.relative_to(PACKAGE)} imports {other}: {why}")
    assert broken == []


def test_no_file_is_a_folder_of_its_own():
    assert {str(file.relative_to(PACKAGE)): count for file in PACKAGE.rglob("*.py") if (count := len(file.read_text().splitlines())) > 270} == {}
