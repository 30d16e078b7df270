import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { RehearseError } from "../core/error.js";
import { loadSetup } from "../lockstep/load-setup.js";
import { seededRandom } from "../math/random.js";
import { openRos } from "../ros/rcl/context.js";
import type { Fault } from "./fault.js";
import { DEFAULT_REPEATS } from "./index.js";
import { Rig } from "./rig.js";
import { type Line, summarise } from "./summary.js";
import { isMeasured, type Trial, trial } from "./trial.js";

export interface CampaignOptions {
  readonly faults: readonly Fault[];
  /** Trials of each fault; absent: as each fault has it. */
  readonly repeats?: number;
  readonly seed: number;
  /** Parameters of the controller, `name:=value` each. */
  readonly parameters: readonly string[];
  /** A trial that is not over by then is left out; absent: all are made. */
  readonly budgetS?: number;
}

export interface CampaignReport {
  readonly schema: "rehearse.faults/1";
  readonly ok: boolean;
  readonly faults: readonly Line[];
  /** Not tried: there was no time left. */
  readonly leftOut: readonly string[];
  readonly seed: number;
  readonly wallS: number;
  readonly machine: { readonly processors: number; readonly load: number; readonly node: string };
  /** The most that the measuring program itself was late. */
  readonly observerLateMs: number;
}

/** Discovery ports of higher domains reach into the ephemeral ports of Linux. */
const DOMAINS = 100;
/** No trial is shorter. */
const TRIAL_S = 4;

/**
 * Faults, again and again, on a robot that drives at speed: world, guard and controller in processes of their own, on ROS 2. In a domain chosen
 * at random and a namespace of its own, on this machine alone.
 */
export async function campaign(
  options: CampaignOptions,
  progress: (fault: Fault, done: number, trial: Trial) => void,
  refused: (fault: Fault, error: RehearseError) => void = () => {},
): Promise<CampaignReport> {
  const { faults, seed, parameters, budgetS } = options;
  const startedNs = process.hrtime.bigint();
  const wallS = () => Number(process.hrtime.bigint() - startedNs) / 1e9;
  // Refused here, in words, rather than in the log of a process.
  const setup = loadSetup(parameters.map((each) => each.replace(":=", "=")));
  const { limits } = setup.robot;
  process.env.ROS_DOMAIN_ID = String(1 + Math.floor(Math.random() * DOMAINS));
  process.env.ROS_AUTOMATIC_DISCOVERY_RANGE = "LOCALHOST";
  const namespace = `/faults_${process.pid}`;
  const ros = await openRos({ args: ["--ros-args", "-r", `__ns:=${namespace}`] });
  const logFolder = mkdtempSync(join(tmpdir(), "rehearse-faults-"));
  // Where the emergency stop of this robot is kept, and of no other.
  const stateFolder = join(logFolder, "state");
  const rig = new Rig(ros, { logFolder, namespace, parameters });
  process.on("exit", () => rig.kill());
  const random = seededRandom(seed);
  const trials = new Map<Fault, Trial[]>();
  const refusals = new Map<Fault, string>();
  const again = new Set<Fault>();
  const measured = (fault: Fault) => (trials.get(fault) ?? []).filter(isMeasured).length;
  const work = async () => {
    for (const fault of faults) {
      const repeats = options.repeats ?? fault.repeats ?? DEFAULT_REPEATS;
      // Trials that could not be measured are made up for, as far as it goes.
      for (let n = 0; n < 2 * repeats && measured(fault) < repeats; n++) {
        if (budgetS !== undefined && budgetS - wallS() < TRIAL_S) return;
        try {
          const result = await trial(fault, rig, random.fork(`${fault.name} ${n}`), limits);
          if (over) return;
          trials.set(fault, [...(trials.get(fault) ?? []), result]);
          progress(fault, measured(fault), result);
        } catch (error) {
          // Not the fault's doing; with everything started anew, the others may go better.
          if (over || !(error instanceof RehearseError)) throw error;
          refused(fault, error);
          await rig.endAll();
          // A stop that a trial left behind would be that of all after it.
          rmSync(stateFolder, { recursive: true, force: true });
          // What was not the fault's doing need not happen again.
          if (!again.has(fault)) again.add(fault);
          else {
            refusals.set(fault, error.message);
            break;
          }
        }
      }
    }
  };
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    if (budgetS !== undefined) timer = setTimeout(resolve, (budgetS - wallS()) * 1000);
  });
  const interrupted = ros.stopped.then((reason) => {
    throw new RehearseError("RH-FAULTS-ENDED", `the campaign was ended (${reason})`, "run it again for a result");
  });
  try {
    const working = work();
    // A trial that is cut short when the time is up gives no result.
    working.catch(() => {});
    await Promise.race([working, timeUp, interrupted]);
  } finally {
    over = true;
    clearTimeout(timer);
    await rig.close();
    interrupted.catch(() => {});
    await ros.shutdown();
  }
  const tried = faults.filter((fault) => trials.has(fault) || refusals.has(fault));
  const lines = tried.map((fault) => summarise(fault, trials.get(fault) ?? [], refusals.get(fault)));
  return {
    schema: "rehearse.faults/1",
    ok: lines.length > 0 && lines.every(({ objections }) => objections.length === 0),
    faults: lines,
    leftOut: faults.filter((fault) => !tried.includes(fault)).map(({ name }) => name),
    seed,
    wallS: wallS(),
    machine: { processors: availableParallelism(), load: loadavg()[0]!, node: process.version },
    observerLateMs: Math.max(0, ...lines.flatMap((line) => line.trials.map((t) => t.observerLateMs))),
  };
}
