import { mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { RehearseError } from "../core/error.js";
import type { StopLatch, StoredStop } from "../ros/nodes/emergency-stops.js";

/** Where the guard of a robot keeps its emergency stop: by domain, node and robot, so that none stops another. */
export function stopFilePath(nodeName: string, robot: string, env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.XDG_STATE_HOME || (env.ROS_HOME ? join(env.ROS_HOME, "state") : join(homedir(), ".local", "state"));
  const key = [env.ROS_DOMAIN_ID || "0", nodeName, robot].join("-").replaceAll(/[^A-Za-z0-9_-]+/g, ".");
  return join(folder, "rehearse", `emergency-stop-${key}.json`);
}

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
        `${this.path} doesn't tell whether the emergency stop was reset: ${(cause as Error).message.split("\n")[0]}`,
        "it counts as pressed; see that the robot may move, then call estop_reset",
        { cause },
      );
    }
  }

  async write(stored: StoredStop): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true });
    const next = `${this.path}.next`;
    const file = await open(next, "w");
    try {
      await file.writeFile(JSON.stringify(stored));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.path);
  }
}

function storedStop(value: unknown): StoredStop {
  const { latched, held } = value as StoredStop;
  if (typeof latched !== "boolean" || !Array.isArray(held) || !held.every((gid) => typeof gid === "string"))
    throw new TypeError("it holds something else");
  return { latched, held };
}
