import { readFileSync } from "node:fs";
import { RehearseError } from "../core/error.js";
import type { CameraFrame } from "../core/sensors.js";
import { GoalClient, type GoalOutcome, type GoalPose } from "../ros/clients/goal-client.js";
import { StatusClient } from "../ros/clients/status-client.js";
import { type StatusPlan, toGo } from "../ros/nodes/status.js";
import { openRos } from "../ros/rcl/context.js";

export type GoalTarget = ({ readonly kind: "pose" } & GoalPose) | { readonly kind: "image"; readonly file: string };

/** Sends a goal and reports in lines what becomes of it. @returns whether it was reached (or, without waiting, sent) */
export async function pursueGoal(
  rosArgs: readonly string[],
  target: GoalTarget,
  options: { readonly timeoutS: number; readonly wait: boolean },
  say: (line: string) => void,
): Promise<boolean> {
  // Read first: a file that can't be read must not leave a half-sent goal.
  const frame = target.kind === "image" ? readPpm(target.file) : undefined;
  const ros = await openRos({ args: rosArgs });
  try {
    const client = new GoalClient(ros);
    let lastMode = "";
    const pursuit = {
      timeoutMs: 1000 * (options.wait ? options.timeoutS : 3),
      onStatus: (status: { mode: string; plan?: StatusPlan }) => {
        if (status.mode === lastMode) return;
        lastMode = status.mode;
        say(`${status.mode}${status.plan === undefined ? "" : `, ${toGo(status.plan)} to go`}`);
      },
    };
    const outcome = target.kind === "pose" ? await client.pursuePose(target, pursuit) : await client.pursueImage(frame!, pursuit);
    if (!options.wait && outcome.kind === "timeout" && outcome.status !== undefined) return true;
    say(sentenceOf(outcome));
    return outcome.kind === "reached";
  } finally {
    await ros.shutdown();
  }
}

export async function cancelGoal(rosArgs: readonly string[]): Promise<string> {
  const ros = await openRos({ args: rosArgs });
  try {
    return await new StatusClient(ros).call("cancel");
  } finally {
    await ros.shutdown();
  }
}

function sentenceOf(outcome: GoalOutcome): string {
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  switch (outcome.kind) {
    case "reached":
      return `reached after ${seconds} s`;
    case "refused":
      return `refused: ${outcome.error.describe()}`;
    case "dropped":
      return `dropped after ${seconds} s: cancelled, or another goal took its place`;
    case "timeout":
      return outcome.status === undefined
        ? `no controller answered in ${seconds} s: is one running? (./rehearse status)`
        : `not reached within ${seconds} s; the controller is ${outcome.status.mode}`;
  }
}

/** A binary portable pixmap (P6, 8 bits), the plainest format that every picture program writes. Throws RH-IMAGE-FILE. */
function readPpm(path: string): CameraFrame {
  const fail = (what: string, fix = "convert it first, e.g.: convert picture.png goal.ppm") => {
    throw new RehearseError("RH-IMAGE-FILE", `${path} ${what}`, fix);
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    return fail(`can't be read: ${(cause as Error).message}`, "check the path");
  }
  const head = /^P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(?:#[^\n]*\n\s*)*(\d+)\s+(?:#[^\n]*\n\s*)*(\d+)\s/.exec(
    bytes.subarray(0, 256).toString("latin1"),
  );
  if (head === null) return fail("is not a binary PPM (P6) picture");
  const [width, height, depth] = [Number(head[1]), Number(head[2]), Number(head[3])];
  if (depth !== 255) return fail(`has ${depth + 1} levels instead of 256`);
  const rgb = Uint8Array.from(bytes.subarray(head[0].length));
  if (rgb.length !== width * height * 3)
    return fail(`holds ${rgb.length} bytes of pixels instead of ${width * height * 3}`, "the file is cut off; make it anew");
  return { stampNs: 0n, width, height, rgb };
}
