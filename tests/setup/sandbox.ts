import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROJECT = join(import.meta.dirname, "..", "..");

/** What the scripts take from the system. Everything else in the sandbox's PATH is made up. */
const SYSTEM_TOOLS =
  "awk basename bash cat chmod cmp cp cut df dirname env find flock getconf grep head kill ln ls mkdir mv nproc paste printf readlink rm sed sh sha256sum sleep sort tail touch tr uname xargs".split(
    " ",
  );

/** Stand-ins: each writes one line to $CALLS for every piece of work it is asked for, and does it in miniature. */
const TOOLS = {
  node: `
case "$*" in
  --version) echo "v\${FAKE_NODE:-20.20.2}" ;;
  -e*) exit 1 ;;
  *node-gyp.js*) echo compile-addon >>"$CALLS"; mkdir -p build/Release; touch build/Release/rclnodejs.node ;;
  *generate_messages.cjs*) echo generate-messages >>"$CALLS"; mkdir -p "$(dirname "$1")/../generated" ;;
  *load-addon.cjs*)
    [ -f "$2/build/Release/rclnodejs.node" ] || { echo "not compiled"; exit 1; }
    [ -z "$FAKE_ADDON_ERROR" ] || { echo "$FAKE_ADDON_ERROR"; exit 1; }
    [ -z "$REHEARSE_ROS" ] || [ -f "$REHEARSE_ROS/lib/installed" ] || { echo "installed: cannot open shared object file"; exit 1; } ;;
  *message-types.cjs*) [ -z "$FAKE_MISSING_TYPE" ] || { echo "$FAKE_MISSING_TYPE"; exit 1; } ;;
  *) echo "node $*" ;;
esac`,
  npm: `
case "$1" in
  --version) echo 10.8.2 ;;
  install)
    echo npm-install >>"$CALLS"
    [ -z "$FAKE_NPM_ERROR" ] || { echo "$FAKE_NPM_ERROR" >&2; exit 1; }
    mkdir -p node_modules/rclnodejs node_modules/node-gyp
    echo '  "version": "2.2.0",' >node_modules/rclnodejs/package.json ;;
  run) echo compile-typescript >>"$CALLS"; [ -z "$FAKE_TYPE_ERROR" ] || { echo "$FAKE_TYPE_ERROR"; exit 2; }; mkdir -p dist/cli ;;
esac`,
  "python3.11": `
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" "$3/lib"; cp "$0" "$3/bin/python"; printf '#!/bin/sh\\n' >"$3/bin/patchelf"; chmod +x "$3/bin/patchelf" ;;
  "-m pip "*) echo pip-install >>"$CALLS"; [ ! -f "$CALLS.slow" ] || { touch "$CALLS.started"; sleep 30; }; mkdir -p "$(dirname "$0")/../lib/python3.11/site-packages/ros_rcl.libs"; touch "$(dirname "$0")/../lib/installed" ;;
  *platform*) echo 3.11.9 ;;
  *sys*) echo "$0" ;;
esac`,
  cc: "",
  "c++": "echo 12.2.0",
  make: "",
};
export type Tool = keyof typeof TOOLS;

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout in a temporary folder with a machine of stand-ins around it: nothing is downloaded, nothing outside is touched. */
export class Sandbox {
  readonly root = mkdtempSync(join(tmpdir(), "rehearse-setup-"));
  readonly checkout = join(this.root, "checkout");
  private readonly bin = join(this.root, "bin");
  readonly calls = join(this.root, "calls");

  constructor() {
    mkdirSync(join(this.checkout, "src"), { recursive: true });
    mkdirSync(join(this.checkout, "training"));
    mkdirSync(this.bin);
    for (const name of ["rehearse", "scripts", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"])
      cpSync(join(PROJECT, name), join(this.checkout, name), { recursive: true });
    this.write("src/index.ts", "export {};\n");
    this.write("training/requirements.txt", "");
    for (const tool of SYSTEM_TOOLS) {
      const path = ["/usr/bin", "/bin"].map((folder) => join(folder, tool)).find(existsSync);
      if (path) symlinkSync(path, join(this.bin, tool));
    }
    for (const [tool, script] of Object.entries(TOOLS)) this.addTool(tool, script);
  }

  addTool(name: string, script: string): void {
    rmSync(join(this.bin, name), { force: true });
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  removeTools(...names: readonly Tool[]): void {
    for (const name of names) rmSync(join(this.bin, name));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.checkout, path), text);
  }

  has(path: string): boolean {
    return existsSync(join(this.checkout, path));
  }

  /** The pieces of work done so far, in order. */
  work(): string[] {
    return existsSync(this.calls) ? readFileSync(this.calls, "utf8").trim().split("\n") : [];
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(join(this.checkout, "rehearse"), args, {
      env: { PATH: this.bin, HOME: this.root, CALLS: this.calls, ROS_INSTALLS: join(this.root, "ros"), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that an interruption reaches what it started too, as Ctrl-C does.
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const result = new Promise<Result>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
    return { result, interrupt: () => process.kill(-child.pid!, "SIGKILL") };
  }

  run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Result> {
    return this.start(args, environment).result;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
