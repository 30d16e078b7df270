import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Pose2 } from "../core/body.js";
import type { NavigationWorld } from "../core/world.js";
import { bar, beside, ENTER_SCREEN, LEAVE_SCREEN, type Mark, pictureLines, repaint } from "../dashboard/terminal-view.js";
import { seededRandom } from "../math/random.js";
import { openRos } from "../ros/context.js";
import { GoalClient } from "../ros/goal-client.js";
import { SimulationClient } from "../ros/simulation-client.js";
import type { ControllerStatus } from "../ros/status.js";
import { toGo } from "../ros/status.js";
import { type GuardState, StatusClient } from "../ros/status-client.js";
import { createNavigationWorld } from "../worlds/index.js";
import { Processes } from "./processes.js";

export interface StartOptions {
  readonly world: string;
  readonly seed: number;
  /** Goals to drive to before ending; 0: until told to end. */
  readonly goals: number;
  /** Whether goals are sent at all; without them the robot waits for those of others. */
  readonly tour: boolean;
  /** Parameters of the controller, `name:=value` each. */
  readonly parameters: readonly string[];
  /** A ROS 2 parameter file, below them. */
  readonly paramsFile?: string | undefined;
}

/** Metres across the picture of the rooms world, for drawing marks onto it. */
const VIEW_M = 4.4;
const TRAIL = 120;
const ROBOT_M = 0.18;
const SPARE_M = 0.1;
const PAUSE_MS = 1500;

interface Shown {
  status: ControllerStatus | undefined;
  guard: GuardState | undefined;
  pose: Pose2 | undefined;
  collisions: number;
  goal: Pick<Pose2, "xM" | "yM"> | undefined;
  readonly trail: Pick<Pose2, "xM" | "yM">[];
  readonly log: string[];
}

/** The main job in one command: a world, the guard and the controller as processes on ROS 2, goal after goal, and a view of it. */
export async function start(options: StartOptions): Promise<void> {
  const logs = mkdtempSync(join(tmpdir(), "rehearse-"));
  const processes = new Processes(logs);
  process.on("exit", () => processes.kill());
  const world = createNavigationWorld(options.world, { seed: options.seed });
  const screen = process.stdout.isTTY === true && (process.stdout.columns ?? 0) >= 110 && (process.stdout.rows ?? 0) >= 30;
  const shown: Shown = { status: undefined, guard: undefined, pose: undefined, collisions: 0, goal: undefined, trail: [], log: [] };
  const say = (line: string) => {
    shown.log.push(line);
    shown.log.splice(0, shown.log.length - 8);
    if (!screen) process.stdout.write(`${line}\n`);
  };

  say(`starting the world '${options.world}', the guard and the controller; their logs are in ${logs}`);
  processes.start({ node: "simulation", flags: ["--world", options.world], rosArgs: ["-p", `seed:=${options.seed}`] });
  processes.start({ node: "guard" });
  const file = options.paramsFile === undefined ? [] : ["--params-file", resolve(options.paramsFile)];
  processes.start({ node: "controller", rosArgs: [...file, ...options.parameters.flatMap((p) => ["-p", p])] });

  const ros = await openRos();
  const stopped = ros.stopped;
  const status = new StatusClient(ros);
  const simulation = new SimulationClient(ros);
  const goals = new GoalClient(ros);
  status.controller.subscribe((s) => {
    if (s.mode !== shown.status?.mode && !screen) say(describe(s));
    shown.status = s;
  });
  status.guard.subscribe((g) => {
    shown.guard = g;
  });
  simulation.watch(({ pose, collisions }) => {
    shown.pose = pose;
    shown.collisions = collisions;
    shown.trail.push(pose);
    shown.trail.splice(0, shown.trail.length - TRAIL);
  });

  let painter: NodeJS.Timeout | undefined;
  if (screen) {
    process.stdout.write(ENTER_SCREEN);
    painter = setInterval(() => process.stdout.write(repaint(paint(shown, world, options))), 100);
  }
  try {
    const tour = options.tour ? drive(options, world, goals, simulation, shown, say) : new Promise<void>(() => {});
    await Promise.race([tour, stopped, processes.failed]);
  } finally {
    clearInterval(painter);
    if (screen) process.stdout.write(LEAVE_SCREEN);
    await processes.stop();
    await ros.shutdown();
    process.stdout.write(`stopped; logs: ${logs}\n`);
  }
}

async function drive(
  options: StartOptions,
  world: NavigationWorld,
  goals: GoalClient,
  simulation: SimulationClient,
  shown: Shown,
  say: (line: string) => void,
): Promise<void> {
  const random = seededRandom(options.seed).fork("tour");
  await until(() => shown.status?.lifecycle === "active" && shown.status.mode === "idle" && simulation.state !== undefined);
  say("the controller is active; send goals of your own from another terminal: ./rehearse goal 1.2 0.4");
  let reached = 0;
  for (let n = 1; options.goals === 0 || n <= options.goals; n++) {
    const from = simulation.state!.pose;
    const goal = nextGoal(world, from, random);
    shown.goal = goal;
    const wayM = world.shortestPathM(from, goal);
    const beyond = goal.xM * from.xM < 0 ? "in the other room" : "in the same room";
    say(`goal ${n}: (${goal.xM.toFixed(2)}, ${goal.yM.toFixed(2)}) m, ${beyond}, ${wayM.toFixed(2)} m of free path`);
    const outcome = await goals.pursuePose(goal, { timeoutMs: 60_000 });
    if (outcome.kind === "reached") {
      await pause(400);
      const { pose, collisions } = simulation.state!;
      const offM = Math.hypot(pose.xM - goal.xM, pose.yM - goal.yM);
      reached++;
      say(
        `goal ${n} reached after ${(outcome.durationMs / 1000).toFixed(1)} s, ${(100 * offM).toFixed(0)} cm off, ${collisions} collisions so far`,
      );
    } else if (outcome.kind === "dropped") {
      say("a goal of somebody else's came: the tour waits until it is done");
      await until(() => shown.status?.mode === "reached" || shown.status?.mode === "idle");
    } else say(`goal ${n}: ${outcome.kind === "refused" ? outcome.error.describe() : "not reached within 60 s"}`);
    await pause(PAUSE_MS);
  }
  say(`${reached} of ${options.goals} goals reached, ${simulation.state!.collisions} collisions`);
}

/** Two goals of three lie in the other room, so that the door is seen. */
function nextGoal(world: NavigationWorld, from: Pose2, random: ReturnType<typeof seededRandom>): Pose2 {
  const other = random.uniform() < 2 / 3;
  for (let tries = 0; ; tries++) {
    const goal = world.samplePose(random, SPARE_M);
    if (goal.xM * from.xM < 0 === other && Math.hypot(goal.xM - from.xM, goal.yM - from.yM) > 0.5) return goal;
    if (tries > 1000) return goal;
  }
}

function paint(shown: Shown, world: NavigationWorld, options: StartOptions): string[] {
  const { status, guard, pose } = shown;
  const title = `Rehearse · ${options.world}, seed ${options.seed}`;
  if (pose === undefined) return [title, "", ...shown.log];
  const size = 56;
  const frame = world.frameAt(pose, size);
  const px = (p: Pick<Pose2, "xM" | "yM">) => ({ xPx: (p.xM / VIEW_M + 0.5) * size - 0.5, yPx: (0.5 - p.yM / VIEW_M) * size - 0.5 });
  // Not over the robot itself, whose heading is to be seen.
  const behind = shown.trail.filter((p) => Math.hypot(p.xM - pose.xM, p.yM - pose.yM) > ROBOT_M);
  const marks: Mark[] = behind.map((p) => ({ ...px(p), rgb: [150, 180, 220] }));
  const goal = status?.goal?.xM === undefined || status.goal.yM === undefined ? undefined : { xM: status.goal.xM, yM: status.goal.yM };
  if (goal) {
    const { xPx, yPx } = px(goal);
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
      [0, 0],
    ] as const)
      marks.push({ xPx: xPx + dx, yPx: yPx + dy, rgb: [20, 150, 60] });
  }
  const plan = status?.plan;
  const command = guard && [Number(guard.values["command.linear.x_mps"]), Number(guard.values["command.angular.z_rps"])];
  const right = [
    title,
    "",
    `mode       ${status?.mode ?? "–"}`,
    `goal       ${goal ? `(${goal.xM.toFixed(2)}, ${goal.yM.toFixed(2)}) m` : "none"}`,
    `to go      ${plan ? `${toGo(plan).padStart(7)} ${bar(plan.remaining, 5, 20)}` : "–"}`,
    `plan       ${plan ? `${plan.durationMs.toFixed(0).padStart(5)} ms, ${plan.iterations} iterations, energy ${plan.energy.toFixed(2)}` : "–"}`,
    `surprise   ${plan ? `${plan.surprise.toFixed(2).padStart(5)} × usual ${bar(plan.surprise, 5, 12)}` : "–"}`,
    `guard      ${guard?.message ?? "–"}`,
    `           ${guard?.values.because || "nothing to object"}`.slice(0, 52),
    `command    ${command ? `${command[0]!.toFixed(2).padStart(5)} m/s, ${command[1]!.toFixed(2).padStart(5)} rad/s` : "–"}`,
    `collisions ${shown.collisions}`,
    "",
    ...shown.log.flatMap((line) => wrap(line, 52)).slice(-12),
    "",
    "Ctrl-C ends it",
  ];
  return beside(pictureLines(frame, marks), size, right);
}

function describe(s: ControllerStatus): string {
  return `controller: ${s.mode}${s.plan && s.mode === "tracking" ? `, ${toGo(s.plan)} to go, plan in ${s.plan.durationMs.toFixed(0)} ms` : ""}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const at = rest.lastIndexOf(" ", width);
    lines.push(rest.slice(0, at > 0 ? at : width));
    rest = `  ${rest.slice(at > 0 ? at + 1 : width)}`;
  }
  return [...lines, rest];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isIt: () => boolean): Promise<void> {
  while (!isIt()) await pause(50);
}
