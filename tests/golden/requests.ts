import { obstaclePointsOf } from "../../src/control/obstacle-points.js";
import type { TwistCommand } from "../../src/core/command.js";
import type { Goal } from "../../src/core/goal.js";
import type { PlanRequest } from "../../src/core/plan-request.js";
import type { PlannerSetup } from "../../src/runtime/planner-setup.js";
import { ROOMS } from "../../src/worlds/rooms/definition.js";

const TICK_S = 0.05;
const TICK_NS = 50_000_000n;
/** Ticks between two requests: one model step. */
const APART = 4;

/** What is asked for, apart from what the world shows. */
export interface Asked {
  readonly goal: "pose" | "pose with heading" | "picture" | "picture with heading";
  /** Control-rate actions that are given beforehand. */
  readonly committedTicks?: number;
  readonly stalledNs?: bigint;
}

/**
 * Requests for plans of a robot in `rooms` whose drive does not depend on any plan: its commands are a fixed function of time. So the requests
 * are the same whatever the planner makes of them; only `previous` is left to the caller.
 */
export function scriptedRequests({ model, robot }: PlannerSetup, seed: number, asked: readonly Asked[]): Omit<PlanRequest, "previous">[] {
  const world = ROOMS.create({ seed, startNs: 1_000_000_000n });
  world.place({ xM: -0.9, yM: -0.8, yawRad: 0.4 });
  const actions: number[][] = [];
  const drive = (ticks: number): void => {
    for (let i = 0; i < ticks; i++) {
      const t = actions.length * TICK_S;
      const command: TwistCommand = { kind: "twist", vxMps: 0.25 + 0.1 * Math.sin(t), vyMps: 0, yawRateRps: 0.6 * Math.cos(2 * t) };
      actions.push(model.axes.map(({ name, range: [low, high] }) => (2 * (numberOf(command, name) - low)) / (high - low) - 1));
      world.command(command);
      world.advance(TICK_NS);
    }
  };
  return asked.map(({ goal, committedTicks = 2, stalledNs = 0n }, sequence) => {
    drive(APART);
    const frame = world.frame();
    const body = world.odometry();
    const last = actions.at(-1)!;
    return {
      goal: goalOf(goal, () => world.frameAt({ xM: 1.2, yM: 0.9, yawRad: 1 })),
      frame,
      body,
      obstacles: obstaclePointsOf(world.scan(), body.odomFromBase, robot.scanner!.baseFromScan),
      startNs: frame.stampNs,
      committed: Float32Array.from(Array.from({ length: committedTicks }, () => last).flat()),
      recent: Float32Array.from(actions.slice(-model.blockSize).flat()),
      stalledNs,
      sequence,
    };
  });
}

function goalOf(kind: Asked["goal"], picture: () => Extract<Goal, { kind: "image" }>["frame"]): Goal {
  switch (kind) {
    case "pose":
      return { kind: "pose", id: 1, xM: 1.2, yM: 0.9 };
    case "pose with heading":
      return { kind: "pose", id: 2, xM: 0.3, yM: 0.1, yawRad: 1 };
    case "picture":
      return { kind: "image", id: 3, frame: picture() };
    case "picture with heading":
      return { kind: "image", id: 4, frame: picture(), withHeading: true };
  }
}

function numberOf({ vxMps, yawRateRps }: TwistCommand, axis: string): number {
  return axis === "linear.x" ? vxMps : yawRateRps;
}
