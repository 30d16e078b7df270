import { readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { RehearseError } from "../core/error.js";
import type { StopLatch, StoredStop } from "../ros/nodes/emergency-stops.js";

/**
 * Where the emergency stop of a robot is kept: by domain and by the topic that commands it, so that no other robot is stopped by it, and no guard of
 * another name or robot file begins without it. @param who besides the guard
 */
export function stopFilePath(topic: string, who = "", env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.XDG_STATE_HOME || (env.ROS_HOME ? join(env.ROS_HOME, "state") : join(homedir(), ".local", "state"));
  const key = [env.ROS_DOMAIN_ID || "0", topic, who].filter((part) => part !== "").join("-");
  return join(folder, "rehearse", `emergency-stop-${key.replaceAll(/[^A-Za-z0-9_-]+/g, ".")}.json`);
}

/** So that a file, once it is there, can be written over on a full disk. */
const SIZE = 2048;
/** Folders that may have to be made. */
const MAX_DEPTH = 8;

/** The emergency stop in a file that is replaced as a whole: a crash leaves the old one or the new one. No file: not pressed. */
export class StopFile implements StopLatch {
  constructor(readonly path: string) {}

  read(): StoredStop {
    try {
      return storedStop(JSON.parse(readFileSync(this.path, "utf8")));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { latched: false, held: [] };
      throw new RehearseError(
        "RH-ESTOP-LATCH",
        `${this.path} doesn't tell whether the emergency stop was reset: ${reason(cause)}`,
        "it counts as pressed; see that the robot may move, then call estop_reset",
        { cause },
      );
    }
  }

  async write(stored: StoredStop): Promise<void> {
    const text = JSON.stringify(stored).padEnd(SIZE);
    try {
      try {
        await this.replace(text);
      } catch {
        // A full disk has no room for a second file. When this is cut off, what is left can't be read, and counts as pressed.
        await written(this.path, "r+", text);
      }
    } catch (cause) {
      throw new RehearseError(
        "RH-ESTOP-WRITE",
        `the emergency stop can't be kept beyond the end of this process: ${this.path}: ${reason(cause)}`,
        "make room on the disk, or let XDG_STATE_HOME name a folder that can be written to; until then each start counts as pressed",
        { cause },
      );
    }
  }

  private async replace(text: string): Promise<void> {
    const folder = dirname(this.path);
    await made(folder);
    const next = `${this.path}.next`;
    await written(next, "w", text);
    await rename(next, this.path);
    const entries = await open(folder, "r");
    await entries.sync().finally(() => entries.close());
  }
}

/** Not by Node's own recursion, which never ends where nothing can be made, as in /proc. */
async function made(folder: string, depth = MAX_DEPTH): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || depth === 0 || dirname(folder) === folder) throw error;
    await made(dirname(folder), depth - 1);
    // Guard and standby may begin at the same time.
    await made(folder, 0);
  }
}

/** On the disk, not only on its way there. */
async function written(path: string, flags: "w" | "r+", text: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.write(text, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

function reason(cause: unknown): string | undefined {
  return (cause as Error).message.split("\n")[0];
}

function storedStop(value: unknown): StoredStop {
  const { latched, held } = value as StoredStop;
  if (typeof latched !== "boolean" || !Array.isArray(held) || !held.every((gid) => typeof gid === "string"))
    throw new TypeError("it holds something else");
  return { latched, held };
}
