import { RehearseError } from "../core/error.js";
import { loadSetup, worldsWithModels } from "../lockstep/load-setup.js";
import { useWorld } from "../runtime/world-module.js";
import { WORLD_NAMES, worldDefinition } from "../worlds/index.js";
import { FIRST_TRAINING_SEED } from "../worlds/seeds.js";
import { DRIVERS, type DriverName, evaluate, type Summary } from "./navigation.js";
import { type Machine, machine } from "./planning-time.js";
import { evaluateTask, TASK_DRIVERS, type TaskDriverName, type TaskSummary } from "./task.js";

export interface WorldEvaluationOptions {
  readonly episodes: number;
  /** Seed of the first episode. */
  readonly seed: number;
  /** How goals are given, in worlds to drive about in. */
  readonly goal: "pose" | "image";
  /** A plan is made in as many iterations as the parameters say, and arrives when its budget is over: runs repeat exactly. Else in real time. */
  readonly deterministic?: boolean;
  /** Over real ROS 2 topics; worlds to drive about in only. */
  readonly ros?: boolean;
  /** Comma-separated; absent: the model, floors and ceiling. */
  readonly drivers?: string;
  readonly set: readonly string[];
  readonly paramsFile?: string;
  readonly commandDelay: number;
}

interface About {
  readonly world: string;
  readonly seed: number;
  readonly over: "ros" | "in-process";
  readonly model: string;
  /** Whether a plan was played when it was really made, with as many iterations as its budget left time for. */
  readonly timing: "real-time" | "deterministic";
  readonly machine: Machine;
}

/** The model's own result, or the first driver's where the model was left out, is the summary. */
export type WorldReport =
  | ({ readonly kind: "navigation"; readonly goal: "pose" | "image"; readonly drivers: Readonly<Record<string, Summary>> } & About &
      Summary)
  | ({ readonly kind: "task"; readonly unit: string; readonly drivers: Readonly<Record<string, TaskSummary>> } & About & TaskSummary);

/** The worlds that a name, or `--all`, stands for. @throws RehearseError RH-EVAL-WORLD */
export function worldsToEvaluate(world: string | undefined, all: boolean): readonly string[] {
  if ((world === undefined) !== all)
    throw new RehearseError("RH-EVAL-WORLD", "give the name of one world, or --all", `worlds: ${WORLD_NAMES.join(", ")}`);
  return world === undefined ? worldsWithModels() : [world];
}

/**
 * Evaluates a world as its kind is evaluated, with its own model, robot and parameters where none are given.
 * @throws RehearseError RH-EVAL-SEED, RH-EVAL-DRIVER, RH-EVAL-ROS, and what refuses the model or the robot file
 */
export async function evaluateWorld(
  nameOrPath: string,
  options: WorldEvaluationOptions,
  progress: (driver: string, done: number, reached: number) => void,
): Promise<WorldReport> {
  const world = await useWorld(nameOrPath);
  const { episodes, seed, goal } = options;
  if (seed + episodes > FIRST_TRAINING_SEED || seed < 0) {
    throw new RehearseError(
      "RH-EVAL-SEED",
      `seeds ${seed} to ${seed + episodes - 1} reach into those of training`,
      `stay below ${FIRST_TRAINING_SEED}`,
    );
  }
  if (options.ros && options.deterministic)
    throw new RehearseError(
      "RH-EVAL-TIMING",
      "over ROS 2 time passes as it does: there is nothing deterministic",
      "leave out one of --ros and --deterministic",
    );
  const setup = { ...loadSetup(options.set, options.paramsFile, world), repeatable: options.deterministic === true };
  const about = () =>
    ({
      world,
      seed,
      over: options.ros ? "ros" : "in-process",
      model: setup.model.name,
      timing: options.deterministic ? "deterministic" : "real-time",
      machine: machine(),
    }) as const;
  const definition = worldDefinition(world);
  if (definition.type === "task") {
    if (options.ros) throw new RehearseError("RH-EVAL-ROS", `"${world}" is evaluated in-process only`, "leave out --ros");
    const names: readonly TaskDriverName[] = chosen(options.drivers, TASK_DRIVERS, TASK_DRIVERS);
    const drivers = await evaluateTask({ world, episodes, seed, drivers: names }, setup, progress);
    return { kind: "task", ...about(), unit: definition.errorUnit, ...(drivers.model ?? drivers[names[0]!]), drivers };
  }
  const names: readonly DriverName[] = chosen(options.drivers, DRIVERS, ["model", "random", "straight", "true-dynamics"]);
  const run = options.ros ? (await import("./navigation-over-ros.js")).evaluateOverRos : evaluate;
  const drivers = await run({ world, episodes, seed, goal, drivers: names, commandDelayS: options.commandDelay }, setup, progress);
  return { kind: "navigation", ...about(), goal, ...(drivers.model ?? drivers[names[0]!]), drivers };
}

function chosen<Name extends string>(given: string | undefined, known: readonly Name[], usual: readonly Name[]): readonly Name[] {
  if (given === undefined) return usual;
  return given.split(",").map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) {
      throw new RehearseError("RH-EVAL-DRIVER", `there is no driver '${name}'`, `choose from: ${known.join(", ")}`, {
        details: { name, known },
      });
    }
    return found;
  });
}
