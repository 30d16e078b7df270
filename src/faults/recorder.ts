import { type ChildProcess, execFile, spawn } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { RehearseError } from "../core/error.js";
import { BagReader } from "../recording/bag-reader.js";
import { PROJECT_ROOT } from "../runtime/project-path.js";

const PERIOD_MS = 50;
const START_MS = 20_000;
const END_MS = 5000;
/** It ends even when the process that started it is killed. */
const LIFE_S = 60;
/** The next chunk is larger: it breaks off in its middle, as on a disk that fills up. */
const ROOM_BYTES = 2000;

/** `rehearse record` in a process of its own, which loses its disk. */
export class LosingRecorder {
  private readonly child: ChildProcess;
  private said = "";

  /** @param topics absolute names */
  constructor(
    private readonly folder: string,
    topics: readonly string[],
    rosArgs: readonly string[],
  ) {
    const main = join(PROJECT_ROOT, "dist/cli/main.js");
    const args = [main, "record", folder, "--topics", topics.join(","), "--seconds", String(LIFE_S), "--ros-args", ...rosArgs];
    this.child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, stdio: ["ignore", "ignore", "pipe"] });
    this.child.stderr!.on("data", (chunk: Buffer) => {
      this.said += chunk.toString();
    });
  }

  /** Waits until something is on the disk. @throws RehearseError RH-FAULTS-START */
  async records(): Promise<void> {
    if (await within(START_MS, () => this.bytes > 10 * ROOM_BYTES)) return;
    throw new RehearseError("RH-FAULTS-START", `nothing was recorded within ${START_MS / 1000} s`, `it said: ${this.said}`);
  }

  /** From now on the bag can't grow any more. As with a full disk, the first write that finds no room is cut short, the next one fails. @throws RehearseError RH-FAULTS-START */
  loseDisk(): Promise<void> {
    return new Promise((resolve, reject) => {
      execFile("prlimit", ["--pid", String(this.child.pid), `--fsize=${this.bytes + ROOM_BYTES}`], (error) => {
        if (error === null) resolve();
        else
          reject(new RehearseError("RH-FAULTS-START", `the recorder's disk can't be taken away: ${error.message}`, "install util-linux"));
      });
    });
  }

  /** What is not as it should be of a recorder that has lost its disk: it ends, says why, and what was written can be read. */
  async objections(): Promise<string[]> {
    const objections: string[] = [];
    if (!(await within(END_MS, () => this.child.exitCode !== null))) objections.push("the recorder did not end");
    else if (this.child.exitCode === 0) objections.push("the recorder ended as if all was well");
    if (!this.said.includes("RH-BAG-WRITE")) objections.push("the recorder did not say why it ended");
    try {
      const bag = await BagReader.open(this.folder);
      let messages = 0;
      for await (const _ of bag.messages()) messages++;
      if (messages === 0) objections.push("nothing that was recorded can be read");
    } catch (error) {
      objections.push(`what was recorded can't be read: ${(error as Error).message}`);
    }
    return objections;
  }

  /** Ends it, if need be, and removes what it wrote. */
  end(): void {
    this.child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get bytes(): number {
    return statSync(join(this.folder, `${basename(this.folder)}_0.mcap`), { throwIfNoEntry: false })?.size ?? 0;
  }
}

async function within(ms: number, isIt: () => boolean): Promise<boolean> {
  const untilNs = process.hrtime.bigint() + BigInt(ms) * 1_000_000n;
  while (!isIt()) {
    if (process.hrtime.bigint() > untilNs) return false;
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  }
  return true;
}
