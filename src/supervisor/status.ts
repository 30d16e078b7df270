import { setTimeout as pause } from "node:timers/promises";
import type { CommandNumber } from "../messages/guard-state.js";
import { violationText } from "../messages/verdict-text.js";
import { type GuardState, StatusClient } from "../ros/clients/status-client.js";
import type { ControllerStatus } from "../ros/nodes/status.js";
import { toGo } from "../ros/nodes/status.js";
import { openRos } from "../ros/rcl/context.js";

const WAIT_MS = 3000;

/** @returns whether a controller and a guard were heard */
export async function status(
  rosArgs: readonly string[],
  options: { readonly watch?: boolean; readonly json?: boolean },
  write: (text: string) => void,
): Promise<boolean> {
  const ros = await openRos({ args: rosArgs });
  try {
    const client = new StatusClient(ros);
    let controller: ControllerStatus | undefined;
    let guard: GuardState | undefined;
    client.controller.subscribe((s) => {
      controller = s;
    });
    client.guard.subscribe((g) => {
      guard = g;
    });
    const show = () => write(options.json ? `${JSON.stringify({ controller, guard })}\n` : `${table(controller, guard).join("\n")}\n`);
    const beganMs = performance.now();
    while ((controller === undefined || guard === undefined) && performance.now() - beganMs < WAIT_MS) await pause(50);
    show();
    if (options.watch) {
      const timer = setInterval(show, 1000);
      await ros.stopped;
      clearInterval(timer);
    }
    return controller !== undefined && guard !== undefined;
  } finally {
    await ros.shutdown();
  }
}

function table(controller: ControllerStatus | undefined, guard: GuardState | undefined): string[] {
  const rows: [string, string][] = [];
  if (controller === undefined) rows.push(["controller", "not heard: is it running? (./rehearse start)"]);
  else {
    const { goal, refusal, heldBack, unguarded, plan, joints, verdict } = controller;
    rows.push(["controller", `${controller.lifecycle}, ${controller.mode}`]);
    if (goal)
      rows.push([
        "goal",
        goal.kind === "pose" ? `${goal.id}: (${goal.xM?.toFixed(2)}, ${goal.yM?.toFixed(2)}) m` : `${goal.id}: a picture`,
      ]);
    if (refusal) rows.push(["refused", `${refusal.code}: ${refusal.message} — ${refusal.fix}`]);
    if (heldBack) rows.push(["frames", `${heldBack.code}: ${heldBack.message} — ${heldBack.fix}`]);
    if (unguarded) rows.push(["unguarded", `${unguarded.code}: ${unguarded.message} — ${unguarded.fix}`]);
    if (plan) {
      rows.push([
        "plan",
        `${toGo(plan)} to go, made in ${plan.durationMs.toFixed(1)} ms and ${plan.iterations} iterations, ${plan.ageMs.toFixed(0)} ms old`,
      ]);
      rows.push(["energy", `${plan.energy.toFixed(3)}, violation ${plan.violation.toFixed(3)}`]);
      rows.push(["surprise", `${plan.surprise.toFixed(2)} × the model's usual error`]);
    }
    if (joints)
      rows.push([
        "joints",
        Object.entries(joints)
          .map(([name, rad]) => `${name} ${rad.toFixed(2)} rad`)
          .join(", "),
      ]);
    if (verdict) rows.push(["gate", [verdict.kind, ...verdict.because.map(violationText)].join("; ")]);
  }
  if (guard === undefined) rows.push(["guard", "not heard: the robot is not guarded"]);
  else {
    rows.push(["guard", guard.message]);
    rows.push(["proposed", numbers(guard.proposed)]);
    rows.push(["command", numbers(guard.command)]);
    rows.push(["robot file", `${guard.values.robot_file} (sha256 ${guard.values.robot_file_sha256?.slice(0, 12)}…)`]);
  }
  return rows.map(([name, text]) => `${name.padEnd(11)}${text}`);
}

/** Such as `linear.x 0.3 m/s`; a base's or those of joints. */
function numbers(command: readonly CommandNumber[]): string {
  return command.map(({ axis, value, unit }) => `${axis} ${value} ${unit}`).join(", ") || "none yet";
}
