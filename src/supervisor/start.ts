import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bar, beside, ENTER_SCREEN, LEAVE_SCREEN, pictureLines, repaint } from "../dashboard/terminal-view.js";
import { parametersGiven } from "../lockstep/load-setup.js";
import { GoalClient } from "../ros/clients/goal-client.js";
import { SimulationClient } from "../ros/clients/simulation-client.js";
import { type GuardState, StatusClient } from "../ros/clients/status-client.js";
import { type ControllerStatus, toGo } from "../ros/nodes/status.js";
import { openRos } from "../ros/rcl/context.js";
import { useWorld } from "../runtime/world-module.js";
import { worldDefinition } from "../worlds/index.js";
import { Processes } from "./processes.js";
import { NavigationScene } from "./scenes/navigation-scene.js";
import { type Scene, until } from "./scenes/scene.js";
import { TaskScene } from "./scenes/task-scene.js";
import { enclaveArguments, securityEnvironment } from "./security/environment.js";

export interface StartOptions {
  readonly world: string;
  readonly seed: number;
  /** Goals to drive to before ending; 0: until stopped. */
  readonly goals: number;
  /** Whether goals are sent at all; without them the robot waits for those of others. */
  readonly tour: boolean;
  /** Whether a standby brakes when the guard falls silent. */
  readonly standby: boolean;
  /** Parameters of the controller, `name:=value` each. */
  readonly parameters: readonly string[];
  /** A ROS 2 parameter file, below them. */
  readonly paramsFile?: string | undefined;
  /** A keystore of `rehearse secure`. */
  readonly security?: string | undefined;
}

interface Shown {
  status: ControllerStatus | undefined;
  guard: GuardState | undefined;
  collisions: number;
  readonly log: string[];
}

/** The main job in one command: a world, the guard and the controller as processes on ROS 2, goal after goal, and a view of it. */
export async function start(options: StartOptions): Promise<void> {
  // What is wrong with the parameters is said before anything runs.
  const world = await useWorld(options.world);
  // The processes that are started inherit it.
  if (options.security !== undefined) Object.assign(process.env, securityEnvironment(options.security));
  const { own, defaults } = parametersGiven(options.parameters, world, options.paramsFile);
  const logs = mkdtempSync(join(tmpdir(), "rehearse-"));
  const processes = new Processes(logs, options.security !== undefined);
  process.on("exit", () => processes.kill());
  const definition = worldDefinition(world);
  const scene: Scene = definition.type === "task" ? new TaskScene(definition, options.seed) : new NavigationScene(definition, options.seed);
  const screen = process.stdout.isTTY === true && (process.stdout.columns ?? 0) >= 110 && (process.stdout.rows ?? 0) >= 30;
  const shown: Shown = { status: undefined, guard: undefined, collisions: 0, log: [] };
  const say = (line: string) => {
    shown.log.push(line);
    shown.log.splice(0, shown.log.length - 8);
    if (!screen) process.stdout.write(`${line}\n`);
  };

  say(
    `starting the world '${options.world}', the guard${options.standby ? ", its standby" : ""} and the controller; their logs are in ${logs}`,
  );
  processes.start({ node: "simulation", flags: ["--world", world], rosArgs: ["-p", `seed:=${options.seed}`] });
  const robot = ["-p", `robot:=${JSON.stringify(defaults.robot)}`];
  processes.start({ node: "guard", rosArgs: robot });
  if (options.standby) processes.start({ node: "standby", rosArgs: robot });
  const assignments = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).flatMap(([name, value]) => ["-p", `${name}:=${JSON.stringify(value)}`]);
  const file = options.paramsFile === undefined ? [] : ["--params-file", resolve(options.paramsFile)];
  processes.start({ node: "controller", rosArgs: [...assignments(defaults), ...file, ...assignments(own)] });

  const ros = await openRos(options.security === undefined ? {} : { args: ["--ros-args", ...enclaveArguments("supervisor")] });
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
  simulation.watch((state) => {
    shown.collisions = state.collisions;
    scene.watch(state);
  });

  let painter: NodeJS.Timeout | undefined;
  if (screen) {
    process.stdout.write(ENTER_SCREEN);
    painter = setInterval(() => process.stdout.write(repaint(paint(shown, scene, options))), 100);
  }
  try {
    const drive = async () => {
      await until(() => shown.status?.lifecycle === "active" && shown.status.mode === "idle" && simulation.state !== undefined);
      if (!options.tour) return new Promise<void>(() => {});
      return scene.drive({ goals, simulation, count: options.goals, seed: options.seed, status: () => shown.status, say });
    };
    await Promise.race([drive(), stopped, processes.failed]);
  } finally {
    clearInterval(painter);
    if (screen) process.stdout.write(LEAVE_SCREEN);
    await processes.stop();
    await ros.shutdown();
    process.stdout.write(`stopped; logs: ${logs}\n`);
  }
}

function paint(shown: Shown, scene: Scene, options: StartOptions): string[] {
  const { status, guard } = shown;
  const title = `Rehearse · ${options.world}, seed ${options.seed}`;
  const size = 56;
  const picture = scene.picture(size, status);
  if (picture === undefined) return [title, "", ...shown.log];
  const plan = status?.plan;
  const right = [
    title,
    "",
    `mode       ${status?.mode ?? "–"}`,
    `goal       ${scene.goal(status)}`,
    `to go      ${plan ? `${toGo(plan).padStart(7)} ${bar(plan.remaining, 5, 20)}` : "–"}`,
    `plan       ${plan ? `${plan.durationMs.toFixed(0).padStart(5)} ms, ${plan.iterations} iterations, energy ${plan.energy.toFixed(2)}` : "–"}`,
    `surprise   ${plan ? `${plan.surprise.toFixed(2).padStart(5)} × usual ${bar(plan.surprise, 5, 12)}` : "–"}`,
    // Two lines, however much there is to say: what stands below must not jump.
    ...[...wrap(`guard      ${guard?.message ?? "–"}`, 52), ""].slice(0, 2),
    ...(status?.joints ? [`joints     ${listed(status.joints, "rad")}`] : []),
    `command    ${guard ? commandOf(guard.command) : "–"}`,
    `collisions ${shown.collisions}`,
    "",
    ...shown.log.flatMap((line) => wrap(line, 52)).slice(-12),
    "",
    "Ctrl-C ends it",
  ];
  return beside(pictureLines(picture.frame, picture.marks), size, right);
}

function listed(numbers: Readonly<Record<string, number>>, unit: string): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name} ${value.toFixed(2).padStart(5)} ${unit}`)
    .join(", ");
}

/** A base's speed and yaw rate, or the speeds of joints. */
function commandOf(command: GuardState["command"]): string {
  const of = (axis: string) => command.find((number) => number.axis === axis)?.value;
  const [speedMps, yawRateRps] = [of("linear.x"), of("angular.z")];
  if (speedMps === undefined || yawRateRps === undefined)
    return listed(Object.fromEntries(command.map(({ axis, value }) => [axis, value])), "rad/s");
  return `${speedMps.toFixed(2).padStart(5)} m/s, ${yawRateRps.toFixed(2).padStart(5)} rad/s`;
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
