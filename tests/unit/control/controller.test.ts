import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import type { ControlOptions } from "../../../src/control/control-options.js";
import { Controller } from "../../../src/control/controller.js";
import { SafetyGate } from "../../../src/control/gate.js";
import { type JointVelocityCommand, STOP_TWIST, TWIST } from "../../../src/core/command.js";
import type { Gate } from "../../../src/core/gate.js";
import { plan } from "./plan.js";

const MS = 1_000_000n;
const options: ControlOptions = {
  periodNs: 50n * MS,
  stepNs: 200n * MS,
  blockSize: 4,
  axes: [
    { name: "linear.x", unit: "m/s", range: [-1, 1] },
    { name: "angular.z", unit: "rad/s", range: [-2, 2] },
  ],
  command: TWIST,
  commitmentNs: 200n * MS,
  commandDelayNs: 0n,
  planExpiryNs: 1000n * MS,
  frameMaxAgeNs: 400n * MS,
  frameMisfit: () => undefined,
  bodyMaxAgeNs: 200n * MS,
  baseFromScan: { xM: 0, yM: 0, yawRad: 0 },
  arrival: { positionM: 0.1, yawRad: 0.2, decelerationMps2: 1 },
  goalTolerance: 1,
  progressM: 0.05,
  patienceNs: 2000n * MS,
  planningPeriodNs: 0n,
  goals: { arena: { xM: [-5, 5], yM: [-5, 5] }, imageSize: { width: 2, height: 1 }, maxAgeNs: 10_000n * MS, withHeading: true },
};
const openGate: Gate = { admit: (proposed) => ({ kind: "pass", command: proposed ?? STOP_TWIST }) };

const picture = (stampNs: bigint, ...shades: number[]) => ({
  stampNs,
  width: 2,
  height: 1,
  rgb: Uint8Array.from((shades.length > 0 ? shades : [0, 200]).flatMap((s) => [s, s, s])),
});

/** A controller at time 1 s with fresh inputs, driven by hand. */
function running(gate = openGate, changed: Partial<ControlOptions> = {}) {
  const controller = new Controller({ ...options, ...changed }, gate);
  const feed = (nowMs: number, xM = 0) => {
    const now = BigInt(nowMs) * MS;
    controller.onFrame(picture(now), now);
    controller.onBody({ stampNs: now, odomFromBase: { xM, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } }, now);
    return controller.tick(now);
  };
  controller.on("configure");
  feed(1000);
  return { controller, feed };
}
const goal = (id: number, xM = 1) => ({ kind: "pose", id, xM, yM: 0 }) as const;

describe("a command that acts late", () => {
  it("a plan begins with the command that acts when its picture is taken; what was sent since then is committed", () => {
    const { controller, feed } = running(openGate, { commandDelayNs: 100n * MS });
    controller.pursue(goal(1));
    const flat = { kind: "twist", vyMps: 0, yawRateRps: 0 } as const;
    // Sent before the picture of 1.2 s: those of 1.1 s and 1.15 s act after it.
    for (const [at, vxMps] of [
      [1050, 0.1],
      [1100, 0.2],
      [1150, 0.3],
      [1200, 0.4],
    ] as const) {
      feed(at);
      controller.onExecuted({ ...flat, vxMps }, BigInt(at) * MS);
    }
    const request = controller.planRequest(1200n * MS)!;
    expect(request.startNs).toBe(1100n * MS);
    const speeds = [...request.committed].filter((_, i) => i % 2 === 0);
    expect(speeds).toHaveLength(6); // one step of four for the planning, two ticks of delay
    expect(speeds.slice(0, 3).map((v) => Math.round(10 * v) / 10)).toEqual([0.2, 0.3, 0]);
  });
});

describe("Controller", () => {
  it("proposes nothing but rest before there is a plan, and the planned action for now afterwards", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    expect(feed(1050).verdict.command).toEqual(STOP_TWIST);
    controller.onPlan(
      plan({
        startNs: 1000n * MS,
        actions: [
          [0, 0],
          [0.5, -0.5],
        ],
      }),
      1080n * MS,
    );
    expect(feed(1100).verdict.command).toMatchObject({ vxMps: 0, yawRateRps: 0 });
    expect(feed(1200).verdict.command).toMatchObject({ vxMps: 0.5, yawRateRps: -1 });
    expect(controller.mode).toBe("tracking");
  });

  it("tells the planner what is being done while it plans: sent commands, then the running plan", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(1050);
    controller.onPlan(
      plan({
        startNs: 1000n * MS,
        actions: [
          [0.2, 0],
          [0.4, 0],
          [0.6, 0],
        ],
      }),
      1060n * MS,
    );
    for (const ms of [1100, 1150, 1200, 1250]) feed(ms);
    const request = controller.planRequest(1250n * MS)!;
    expect(request.frame.stampNs).toBe(1250n * MS);
    // 1250–1400 lie in the plan's second step, 1400–1450 in its third.
    expect([...request.committed].map((v) => Math.round(v * 10) / 10)).toEqual([0.4, 0, 0.4, 0, 0.4, 0, 0.6, 0]);
    // 1050–1100 was rest, 1100–1200 the first step, 1200–1250 the second.
    expect([...request.recent].map((v) => Math.round(v * 10) / 10)).toEqual([0, 0, 0.2, 0, 0.2, 0, 0.4, 0]);
    expect(request.previous?.startNs).toBe(1000n * MS);
  });

  it("tells the planner what the gate let through, not what was asked", () => {
    const half: Gate = {
      admit: (p) => ({ kind: "limited", because: [], command: p?.kind === "twist" ? { ...p, vxMps: p.vxMps / 2 } : STOP_TWIST }),
    };
    const { controller, feed } = running(half);
    controller.pursue(goal(1));
    feed(1050);
    controller.onPlan(
      plan({
        startNs: 1000n * MS,
        actions: [
          [0.8, 0],
          [0.8, 0],
          [0.8, 0],
        ],
      }),
      1060n * MS,
    );
    for (const ms of [1100, 1150, 1200, 1250, 1300]) feed(ms);
    expect(controller.planRequest(1300n * MS)!.recent[0]).toBeCloseTo(0.4, 6);
  });

  it("commits what the gate lets through, not the plan that the gate holds back", () => {
    const wall: Gate = {
      admit: () => ({ kind: "limited", because: [{ id: "braking-distance", value: 0, limit: 0, unit: "m" }], command: STOP_TWIST }),
    };
    const { controller, feed } = running(wall);
    controller.pursue(goal(1));
    feed(1050);
    controller.onPlan(
      plan({
        startNs: 1000n * MS,
        actions: [
          [0.8, 0],
          [0.8, 0],
          [0.8, 0],
        ],
      }),
      1060n * MS,
    );
    for (const ms of [1100, 1150, 1200]) feed(ms);
    expect([...controller.planRequest(1200n * MS)!.committed]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("asks once for each frame", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(1050);
    expect(controller.planRequest(1050n * MS)).toBeDefined();
    expect(controller.planRequest(1060n * MS)).toBeUndefined();
    controller.onPlanFailed();
    expect(controller.planRequest(1070n * MS)).toBeUndefined();
    feed(1100);
    expect(controller.planRequest(1100n * MS)).toBeDefined();
  });

  it("stops when a plan expires and nothing newer came", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(1050);
    controller.onPlan(plan({ startNs: 1000n * MS, actions: Array.from({ length: 10 }, () => [0.5, 0]) }), 1060n * MS);
    let now = 1100;
    for (; now <= 2000; now += 50) expect(feed(now).verdict.command).toMatchObject({ vxMps: 0.5 });
    expect(feed(now).verdict.command).toEqual(STOP_TWIST);
    expect(controller.mode).toBe("planning");
  });

  it("stops on stale odometry or frames and does not play the old plan on when they come back", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(1050);
    controller.onPlan(plan({ startNs: 1000n * MS, actions: Array.from({ length: 10 }, () => [0.5, 0]) }), 1060n * MS);
    feed(1100);
    expect(controller.tick(1300n * MS).verdict.command).toMatchObject({ vxMps: 0.5 });
    expect(controller.tick(1301n * MS).verdict.command).toEqual(STOP_TWIST);
    expect(controller.mode).toBe("stopped");
    expect(feed(1350).verdict.command).toEqual(STOP_TWIST);
    expect(controller.mode).toBe("planning");
  });

  it("drops the plan of a goal that was replaced or cancelled", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(1050);
    controller.pursue(goal(2));
    controller.onPlan(
      plan({
        goalId: 1,
        startNs: 1000n * MS,
        actions: [
          [0.5, 0],
          [0.5, 0],
        ],
      }),
      1060n * MS,
    );
    expect(feed(1100).verdict.command).toEqual(STOP_TWIST);
    controller.onPlan(
      plan({
        goalId: 2,
        startNs: 1050n * MS,
        actions: [
          [0.5, 0],
          [0.5, 0],
        ],
      }),
      1110n * MS,
    );
    expect(feed(1150).verdict.command).toMatchObject({ vxMps: 0.5 });
    controller.on("cancel");
    expect(feed(1200).verdict.command).toEqual(STOP_TWIST);
    expect(controller.activeGoal).toBeUndefined();
  });

  it("is reached at the goal, stays so inside twice the tolerance, and sets off again outside", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1, 0.05));
    feed(1050, 0);
    expect(controller.mode).toBe("reached");
    feed(1100, -0.1);
    expect(controller.mode).toBe("reached");
    feed(1150, -0.2);
    expect(controller.mode).toBe("planning");
  });

  it("an image goal is reached where the plan says that it lies", () => {
    const { controller, feed } = running();
    controller.pursue({ kind: "image", id: 1, frame: picture(0n) });
    feed(1050, 0.95);
    expect(controller.mode).toBe("planning");
    controller.onPlan(plan({ startNs: 1050n * MS, goalXM: 1 }), 1060n * MS);
    feed(1100, 0.95);
    expect(controller.mode).toBe("reached");
  });

  it("a plan's place may ask for a heading", () => {
    const { controller, feed } = running();
    controller.pursue({ kind: "image", id: 1, frame: picture(0n) });
    feed(1050, 0.95);
    const other = { ...plan({ startNs: 1050n * MS }), goalPosition: { xM: 1, yM: 0, yawRad: 1 } };
    controller.onPlan(other, 1060n * MS);
    feed(1100, 0.95);
    expect(controller.mode).not.toBe("reached");
    controller.onPlan({ ...other, startNs: 1100n * MS, frameNs: 1100n * MS, goalPosition: { xM: 1, yM: 0, yawRad: 0.1 } }, 1110n * MS);
    feed(1150, 0.95);
    expect(controller.mode).toBe("reached");
  });

  it("an image goal that is no place is reached when a plan finds no more to go than counts as reached", () => {
    const { controller, feed } = running();
    controller.pursue({ kind: "image", id: 1, frame: picture(0n) });
    feed(1050, 0.95);
    controller.onPlan({ ...plan({ startNs: 1050n * MS, remaining: 1.5 }), goalPosition: undefined }, 1060n * MS);
    feed(1100, 0.95);
    expect(controller.mode).toBe("tracking");
    controller.onPlan({ ...plan({ startNs: 1100n * MS, remaining: 0.9 }), goalPosition: undefined }, 1110n * MS);
    feed(1150, 0.95);
    expect(controller.mode).toBe("reached");
  });

  it("is blocked after the patience without progress, holds, and tries again after half of it", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1, 5));
    const offer = (ms: number) =>
      controller.onPlan(
        plan({
          startNs: BigInt(ms) * MS,
          remaining: 4,
          actions: [
            [0.5, 0],
            [0.5, 0],
          ],
        }),
        BigInt(ms) * MS,
      );
    let now = 1050;
    for (; now <= 3100; now += 50) {
      feed(now);
      offer(now);
    }
    expect(controller.mode).toBe("blocked");
    for (; now <= 4050; now += 50) {
      expect(feed(now).verdict.command).toEqual(STOP_TWIST);
      offer(now);
    }
    for (; now <= 4200; now += 50) {
      feed(now);
      offer(now);
    }
    expect(controller.mode).toBe("tracking");
  });

  it("tells the planner for how long it has come no nearer", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    const stalledMs = (nowMs: number, remaining?: number) => {
      feed(nowMs);
      const request = controller.planRequest(BigInt(nowMs) * MS)!;
      if (remaining === undefined) controller.onPlanFailed();
      else controller.onPlan(plan({ startNs: request.frame.stampNs, remaining }), BigInt(nowMs) * MS);
      return Number(request.stalledNs / MS);
    };
    expect(stalledMs(1100, 1)).toBe(0);
    expect(stalledMs(1200, 0.9)).toBe(100);
    expect(stalledMs(1300, 0.88)).toBe(100); // 2 cm are no progress
    expect(stalledMs(1500, 0.7)).toBe(300);
    expect(stalledMs(1600)).toBe(100);
    controller.pursue(goal(2));
    expect(stalledMs(1700)).toBe(0);
  });

  it("forgets everything when time is set back", () => {
    const { controller, feed } = running();
    controller.pursue(goal(1));
    feed(9000);
    controller.onPlan(
      plan({
        startNs: 9000n * MS,
        actions: [
          [0.5, 0],
          [0.5, 0],
        ],
      }),
      9000n * MS,
    );
    feed(9050);
    controller.onBody(
      { stampNs: 10n * MS, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } },
      10n * MS,
    );
    expect(controller.tick(20n * MS).verdict.command).toEqual(STOP_TWIST);
    expect(controller.mode).toBe("stopped");
  });
});

describe("a controller without a node", () => {
  const request = (x: number, w = 1) =>
    ({ kind: "pose", stampNs: 0n, frameId: "odom", position: { x, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w } }) as const;

  it("admits goals, numbers them, and refuses others with a reason", () => {
    const { controller } = running();
    expect(controller.onGoal(request(9), 1000n * MS, ["odom"])).toMatchObject({ code: "RH-GOAL-ARENA" });
    expect(controller.activeGoal).toBeUndefined();
    expect(controller.onGoal(request(1), 1000n * MS, ["map"])).toMatchObject({ code: "RH-GOAL-FRAME" });
    expect(controller.onGoal(request(1), 1000n * MS, ["odom"])).toEqual({ kind: "pose", id: 1, xM: 1, yM: 0, yawRad: 0 });
    expect(controller.onGoal(request(2), 1000n * MS, ["odom"])).toMatchObject({ id: 2 });
    expect(controller.activeGoal).toMatchObject({ id: 2, xM: 2 });
  });

  it("leaves headings out when they are not asked for, from the next goal on", () => {
    const { controller } = running();
    controller.adjust({ ...options, goals: { ...options.goals, withHeading: false } });
    expect(controller.onGoal(request(1), 1000n * MS, ["odom"])).toEqual({ kind: "pose", id: 1, xM: 1, yM: 0 });
  });

  it("holds frames back that show nothing, says why, and stops for the lack of others", () => {
    const { controller } = running();
    controller.pursue(goal(1));
    const at = (nowMs: number, shade: number) => {
      const now = BigInt(nowMs) * MS;
      controller.onFrame(picture(now, 0, shade), now);
      const still = { odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
      controller.onBody({ stampNs: now, ...still }, now);
      return controller.tick(now);
    };
    expect(at(1100, 200).frameFault).toBeUndefined();
    const dark = [1200, 1300, 1400, 1500, 1600].map((ms) => at(ms, 3));
    expect(dark.map(({ frameFault }) => frameFault?.code)).toEqual(Array(5).fill("RH-FRAME-UNIFORM"));
    expect(dark.map(({ mode }) => mode)).toEqual(["planning", "planning", "planning", "planning", "stopped"]);
    expect(controller.planRequest(1600n * MS)).toBeUndefined();
    expect(controller.heldBack).toEqual({ size: 0, uniform: 5, frozen: 0 });
    expect(at(1700, 200)).toMatchObject({ mode: "planning", frameFault: undefined });
  });

  it("asks for one plan at a time, and for the next when it came or failed", () => {
    const { controller, feed } = running(openGate, { planningPeriodNs: 90n * MS });
    controller.pursue(goal(1));
    feed(1050);
    expect(controller.planRequest(1050n * MS, 5n)).toMatchObject({ sequence: 0 });
    feed(1200);
    expect(controller.planRequest(1200n * MS, 150n * MS)).toBeUndefined();
    controller.onPlanFailed();
    expect(controller.planRequest(1200n * MS, 80n * MS)).toBeUndefined();
    expect(controller.planRequest(1200n * MS, 150n * MS)).toMatchObject({ sequence: 1 });
    expect(controller.isPlannerHung(3150n * MS)).toBe(false);
    expect(controller.isPlannerHung(3151n * MS)).toBe(true);
  });

  it("tells of every input in order: given again, they give the same commands and requests", () => {
    const inputs: unknown[] = [];
    const controller = new Controller(options, openGate, (input) => inputs.push(input));
    controller.on("configure");
    controller.onFrame(picture(1000n * MS), 1001n * MS);
    controller.onBody(
      { stampNs: 1000n * MS, odomFromBase: { xM: 0, yM: 0, yawRad: 0 }, twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } },
      1002n * MS,
    );
    controller.tick(1010n * MS);
    controller.onGoal(request(1), 1011n * MS, ["odom"]);
    controller.planRequest(1012n * MS, 7n);
    controller.planRequest(1013n * MS, 8n); // nothing new: no input
    controller.onPlan(plan({ startNs: 1000n * MS }), 1014n * MS);
    expect(inputs).toEqual([
      { kind: "event", event: "configure" },
      { kind: "frame", stampNs: 1000n * MS, atNs: 1001n * MS },
      { kind: "body", stampNs: 1000n * MS, atNs: 1002n * MS },
      { kind: "goal", goal: "pose", stampNs: 0n, atNs: 1011n * MS, frames: ["odom"] },
      { kind: "request", stampNs: 1000n * MS, atNs: 1012n * MS, steadyNs: 7n },
      { kind: "plan", atNs: 1014n * MS, iterations: 1 },
    ]);
  });
});

describe("an arm", () => {
  const robot = readRobotFile("calibration/reacher/robot.yaml");
  const axis = (name: string) => ({ name, unit: "rad/s", range: [-2, 2] }) as const;
  const ofArm = {
    periodNs: 100n * MS,
    stepNs: 500n * MS,
    blockSize: 5,
    axes: [axis("shoulder"), axis("wrist")],
    command: { kind: "joint-velocities" as const, names: ["shoulder", "wrist"] },
  };
  const arm = (positionsRad = [0, 0]) => {
    const controller = new Controller({ ...options, ...ofArm }, new SafetyGate(robot));
    const see = (nowMs: number) => controller.onFrame(picture(BigInt(nowMs) * MS), BigInt(nowMs) * MS);
    const feel = (nowMs: number, velocitiesRps = [0, 0]) =>
      controller.onBody({ stampNs: BigInt(nowMs) * MS, positionsRad, velocitiesRps }, BigInt(nowMs) * MS);
    const told = (nowMs: number) => (controller.tick(BigInt(nowMs) * MS).verdict.command as JointVelocityCommand).velocitiesRps;
    controller.on("configure");
    see(1000);
    feel(1000);
    controller.tick(1000n * MS);
    controller.pursue({ kind: "image", id: 1, frame: picture(0n) });
    return { controller, see, feel, told };
  };
  const swing = (startMs: number, remaining = 9) => ({
    ...plan({ startNs: BigInt(startMs) * MS, stepNs: 500n * MS, actions: Array.from({ length: 4 }, () => [1, -0.5]), remaining }),
    goalPosition: undefined,
  });

  it("asks for plans with its joints where they were when the picture was taken, and plays them as joint velocities", () => {
    const { controller, see, feel, told } = arm([0.3, -0.2]);
    see(1100);
    feel(1100, [0.5, 0]);
    const request = controller.planRequest(1100n * MS)!;
    expect(request.body).toEqual({ stampNs: 1100n * MS, positionsRad: [0.3, -0.2], velocitiesRps: [0.5, 0] });
    expect(request.obstacles).toBeUndefined();
    controller.onPlan(swing(1100), 1150n * MS);
    const [shoulder, wrist] = told(1200);
    expect(shoulder).toBeGreaterThan(0);
    expect(wrist).toBeLessThan(0);
    expect(controller.mode).toBe("tracking");
  });

  it("comes to rest when joint states go stale, and stays there", () => {
    const { controller, see, feel, told } = arm();
    controller.onPlan(swing(1000), 1000n * MS);
    for (const at of [1100, 1200, 1300]) {
      see(at);
      feel(at);
      told(at);
    }
    expect(controller.mode).toBe("tracking");
    const speeds = [1400, 1500, 1600, 1700, 1800, 1900].map((at) => {
      see(at);
      return told(at);
    });
    expect(controller.mode).toBe("stopped");
    expect(speeds.at(-1)).toEqual([0, 0]);
  });

  it("has arrived when the cost to go of its picture says so", () => {
    const { controller, see, feel } = arm();
    controller.onPlan(swing(1000, 0.9), 1000n * MS);
    see(1100);
    feel(1100);
    expect(controller.tick(1100n * MS).mode).toBe("reached");
    expect(controller.tick(1100n * MS).body).toMatchObject({ positionsRad: [0, 0] });
  });
});
