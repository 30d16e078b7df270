import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#src/runtime/project-path.js";

const FOLDER = join(PROJECT_ROOT, ".cache/bench-venv");
const REQUIREMENTS = join(PROJECT_ROOT, "bench/requirements.txt");
const STAMP = join(FOLDER, "made-from.txt");
export const PEER_PYTHON = join(FOLDER, "bin/python");

/** A Python environment of its own for what we measure ourselves against, made at first use; it sees training's, which has torch. */
export function makePeerEnvironment(): void {
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  process.stderr.write("installing the planners to compare with into .cache/bench-venv/\n");
  rmSync(FOLDER, { recursive: true, force: true });
  // The command makes training's environment first, where it is missing.
  run(join(PROJECT_ROOT, "rehearse"), ["python", "-m", "venv", FOLDER]);
  const packages = output(PEER_PYTHON, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
  const training = output(join(PROJECT_ROOT, "rehearse"), ["python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, "training.pth"), `${training}\n`);
  run(PEER_PYTHON, [
    "-m",
    "pip",
    "--disable-pip-version-check",
    "install",
    "--quiet",
    "--no-deps",
    "--require-hashes",
    "--only-binary",
    ":all:",
    "-r",
    REQUIREMENTS,
  ]);
  writeFileSync(STAMP, wanted);
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`failed: ${program} ${args.join(" ")}`);
}

function output(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, { stdio: ["ignore", "pipe", 2], encoding: "utf8" });
  if (status !== 0) throw new Error(`failed: ${program} ${args.join(" ")}`);
  return stdout.trim();
}
