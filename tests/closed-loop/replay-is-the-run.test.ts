import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { map, type Observable } from "rxjs";
import { afterAll, describe, expect, it } from "vitest";
import { Controller } from "../../src/control/controller.js";
import { SafetyGate } from "../../src/control/gate.js";
import type { Command, TwistCommand } from "../../src/core/command.js";
import type { ControllerInput } from "../../src/core/controller-input.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { Lockstep, type SteppedRobot } from "../../src/lockstep/lockstep.js";
import { type ReplayStep, type ReplaySummary, replay } from "../../src/lockstep/replay.js";
import { SimulatedClock } from "../../src/lockstep/simulated-clock.js";
import { FRAME_IDS } from "../../src/messages/frame-ids.js";
import { poseGoal, requestFromPose } from "../../src/messages/goal.js";
import { frameFromImage, imageFromFrame } from "../../src/messages/image.js";
import { type LaserScanMessage, messageFromScan, scanFromMessage } from "../../src/messages/laser-scan.js";
import { messageFromOdometry, odometryFromMessage } from "../../src/messages/odometry.js";
import { textOfTrace } from "../../src/messages/trace.js";
import { twistStampedFromCommand } from "../../src/messages/twist.js";
import { BagFile } from "../../src/recording/bag-file.js";
import { BAG_TOPICS, type BagTopic } from "../../src/recording/topics.js";
import { controlOptionsOf } from "../../src/runtime/control-options.js";
import { buildPlanner } from "../../src/runtime/planner-setup.js";
import { createNavigationWorld } from "../../src/worlds/index.js";
import { WorldRobot } from "../../src/worlds/world-robot.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model", "samples=32", "iterations=3", "patience_s=2"]);
const TICK_NS = 50_000_000n;
const SECONDS = 8;
/** By tick: one that is accepted, one outside of the arena, and another one to go to. */
const GOALS: Readonly<Record<number, readonly [number, number]>> = { 10: [1, -1], 60: [50, 50], 90: [-1.2, 0.6] };

const folder = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A robot whose measurements come as messages, which are written down; commands, goals and traces are, too. */
class RecordedRobot implements SteppedRobot {
  readonly frames;
  readonly odometry;
  readonly scans;

  constructor(
    private readonly robot: WorldRobot,
    private readonly bag: BagFile,
  ) {
    this.frames = this.through(robot.frames, BAG_TOPICS.image, (frame) => imageFromFrame(frame, FRAME_IDS.camera), frameFromImage);
    this.odometry = this.through(
      robot.odometry,
      BAG_TOPICS.odometry,
      (odometry) => messageFromOdometry(odometry, FRAME_IDS.odom, FRAME_IDS.base),
      odometryFromMessage,
    );
    this.scans = this.through(robot.scans, BAG_TOPICS.scan, (scan) => onTheWire(messageFromScan(scan, FRAME_IDS.scan)), scanFromMessage);
  }

  get stampNs(): bigint {
    return this.robot.stampNs;
  }

  command(command: Command): void {
    this.bag.write(BAG_TOPICS.command, twistStampedFromCommand(command as TwistCommand, this.stampNs, FRAME_IDS.base), this.stampNs);
    this.robot.command(command);
  }

  advance(durationNs: bigint): void {
    this.robot.advance(durationNs);
  }

  private through<Value, Message>(
    values: Observable<Value>,
    topic: BagTopic<Message>,
    encode: (value: Value) => Message,
    decode: (message: Message) => Value,
  ): Observable<Value> {
    return values.pipe(
      map((value) => {
        const message = encode(value);
        this.bag.write(topic, message, this.stampNs);
        return decode(message);
      }),
    );
  }
}

/** The numbers of a scan are float32. */
function onTheWire(scan: LaserScanMessage): LaserScanMessage {
  const numbers = Object.entries(scan).filter(([, value]) => typeof value === "number");
  return { ...scan, ...Object.fromEntries(numbers.map(([field, value]) => [field, Math.fround(value)])) };
}

const ZONE = [
  [0.2, -0.2],
  [0.6, -0.2],
  [0.6, 0.2],
  [0.2, 0.2],
] as const;

/** Drives in `rooms`, and records what a controller on a robot would see. @returns its commands and the refusals of its goals */
async function drive(path: string, { planDelayNs = 45_000_000n, traced = false } = {}) {
  const bag = await BagFile.create(path);
  const world = createNavigationWorld("rooms", { seed: 4000, startNs: 1_000_000_000n });
  world.place({ xM: -0.9, yM: -0.8, yawRad: 0.4 });
  const robot = new RecordedRobot(new WorldRobot(world), bag);
  const inputs: ControllerInput[] = [];
  const controller = new Controller(controlOptionsOf(setup), new SafetyGate(setup.robot), (input) => inputs.push(input));
  const { mpc, model } = await buildPlanner(setup);
  const clock = new SimulatedClock(world.stampNs);
  const run = new Lockstep(robot, clock, controller, (request) => mpc.plan(request), {
    controlPeriodNs: TICK_NS,
    planDelayNs,
  });
  if (traced) {
    const tick = controller.tick.bind(controller);
    controller.tick = (nowNs) => {
      const cycle = tick(nowNs);
      bag.write(BAG_TOPICS.trace, { data: textOfTrace(cycle, inputs.splice(0)) }, nowNs);
      return cycle;
    };
  }
  controller.on("configure");
  const commands: Command[] = [];
  const refusals: string[] = [];
  for (let tick = 0; tick < SECONDS * 20; tick++) {
    const goal = GOALS[tick];
    if (goal !== undefined) {
      const message = poseGoal(...goal, undefined, FRAME_IDS.odom, world.stampNs);
      bag.write(BAG_TOPICS.goalPose, message, world.stampNs);
      const answer = controller.onGoal(requestFromPose(message), world.stampNs, [FRAME_IDS.odom]);
      if (!("id" in answer)) refusals.push(answer.code);
    }
    // Only a trace says which zones there were.
    if (traced && tick === 60) controller.onZones([ZONE]);
    if (tick === 120 || tick === 130) {
      bag.write(BAG_TOPICS.estop, { data: tick === 120 }, world.stampNs);
      controller.on(tick === 120 ? "estop" : "estop-reset");
    }
    const cycle = await run.tick();
    commands.push(cycle.verdict.command);
  }
  await model.dispose();
  await bag.close();
  return { commands, refusals };
}

async function again(path: string, goal?: { xM: number; yM: number }): Promise<{ steps: ReplayStep[]; summary: ReplaySummary }> {
  const steps: ReplayStep[] = [];
  return { summary: await replay(path, goal, setup, (step) => steps.push(step)), steps };
}

describe("replay is what the controller would have done", () => {
  it("with a bag of a run in lockstep: the same commands, bit for bit, and the same refusals", async () => {
    const path = join(folder, "lockstep.mcap");
    const { commands, refusals } = await drive(path);
    expect(refusals).toEqual(["RH-GOAL-ARENA"]);
    const { steps, summary } = await again(path);
    expect(steps.slice(0, commands.length).map(({ given }) => given)).toEqual(commands);
    expect(summary).toMatchObject({ traced: false, meanSpeedDifferenceMps: 0, meanYawRateDifferenceRps: 0 });
    expect(summary.plans).toBeGreaterThan(20);
    expect(summary.refusals.map(({ timeS, error }) => [timeS, error.code])).toEqual([[3, "RH-GOAL-ARENA"]]);
    expect(commands.filter((command) => (command as TwistCommand).vxMps !== 0).length).toBeGreaterThan(40);
  }, 240_000);

  it("with a trace: the same commands, however long plans took, and nothing left out", async () => {
    const path = join(folder, "traced.mcap");
    const { commands } = await drive(path, { planDelayNs: 130_000_000n, traced: true });
    const { steps, summary } = await again(path);
    expect(steps.map(({ given }) => given)).toEqual(commands);
    expect(steps.map(({ recorded }) => recorded)).toEqual(commands);
    expect(summary).toMatchObject({ traced: true, leftOut: [] });
    expect(summary.refusals.map(({ error }) => error.code)).toEqual(["RH-GOAL-ARENA"]);
    expect((await drive(join(folder, "quick.mcap"))).commands).not.toEqual(commands);
  }, 240_000);

  it("a goal of one's own is judged as a live one, and takes the place of those in the bag", async () => {
    const path = join(folder, "lockstep.mcap");
    await expect(again(path, { xM: 50, yM: 50 })).rejects.toMatchObject({ code: "RH-GOAL-ARENA" });
    const { steps } = await again(path, { xM: 1, yM: 1 });
    expect(steps[0]!.mode).toBe("planning");
  }, 240_000);

  it("without any goal there is nothing to replay", async () => {
    const path = join(folder, "no-goal.mcap");
    const bag = await BagFile.create(path);
    const world = createNavigationWorld("rooms", { seed: 4000, startNs: 1_000_000_000n });
    bag.write(BAG_TOPICS.image, imageFromFrame(world.frame(), FRAME_IDS.camera), world.stampNs);
    bag.write(BAG_TOPICS.odometry, messageFromOdometry(world.odometry(), FRAME_IDS.odom, FRAME_IDS.base), world.stampNs);
    await bag.close();
    await expect(again(path)).rejects.toMatchObject({ code: "RH-REPLAY-GOAL" });
  });
});
