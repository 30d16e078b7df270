import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { isError } from "../core/error.js";
import type { Random } from "../core/random.js";
import type { Fault } from "./fault.js";
import { beyondLimits, msToLasting, STANDING } from "./measures.js";
import type { ProcessResources } from "./process-resources.js";
import type { Rig } from "./rig.js";

/** Result of one fault. Times count from the fault, or from its end. Absent: it did not happen. */
export interface Trial {
  /** At the fault. */
  readonly speedMps: number;
  readonly yawRateRps: number;
  readonly zeroMs?: number;
  /** The same by the stamp of that zero: when it was sent, rather than when it arrived here. */
  readonly zeroSentMs?: number;
  readonly restMs?: number;
  /** The rules by which the guard first stopped it. */
  readonly stoppedBy?: string;
  readonly touches: number;
  readonly beyondLimits: number;
  /** Until the robot was commanded to move again. */
  readonly recoveryMs?: number;
  /** Processes that ended by themselves. */
  readonly deaths: readonly string[];
  /** What else is not as it should be. */
  readonly objections: readonly string[];
  /** What controller and guard held of the machine when the trial was over. */
  readonly resources: Readonly<Record<string, ProcessResources>>;
  /** The most by which this program itself was late while it watched: it is within all times above. */
  readonly observerLateMs: number;
}

export interface Limits {
  readonly forwardMps: number;
  readonly reverseMps: number;
  readonly yawRateRps: number;
}

const RECOVERY_MS = 10_000;
/** The world publishes its counts ten times a second. */
const COUNTED_MS = 150;
const ATTEMPTS = 3;
const MAX_LATE_MS = 100;
const ZERO = { speedMps: 1e-9, yawRateRps: 1e-9 };

/** Whether its times mean anything: a machine that held up the measuring program itself for longer has measured that. */
export function isMeasured({ observerLateMs }: Trial): boolean {
  return observerLateMs <= MAX_LATE_MS;
}

export async function trial(fault: Fault, rig: Rig, random: Random, limits: Limits): Promise<Trial> {
  await rig.ready(fault.simulatedTime ?? false);
  await fault.prepare?.(rig);
  if (fault.moment === "any") await rig.driveForAWhile(random);
  else await atSpeed(rig, random);

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { speedMps, yawRateRps } = rig.motion.at(-1)!;
  const faultNs = process.hrtime.bigint();
  await fault.inject(rig, random);
  await pause(fault.holdMs);
  delay.disable();
  const zeroMs = msToLasting(rig.commands, faultNs, ZERO);
  const zeroSentMs = fault.simulatedTime
    ? undefined
    : msToLasting(
        rig.commands.map((command) => ({ ...command, atNs: command.sentNs })),
        faultNs,
        ZERO,
      );
  const restMs = msToLasting(rig.motion, faultNs, STANDING);
  // A world that is started anew has counted nothing yet.
  const touchesBefore = rig.touches;
  const stoppedBy = rig.stops.find(({ atNs }) => atNs >= faultNs)?.rules;

  const liftedNs = process.hrtime.bigint();
  await fault.lift?.(rig);
  if (fault.after !== "resumes") {
    await rig.controllerIs(({ lifecycle, mode }) => lifecycle === "active" && mode !== "stopped", "active again");
    if (fault.after === "needs a goal") rig.sendGoalAgain();
    else rig.sendAnotherGoal();
  }
  const recoveryMs = await rig.movesAgain(liftedNs, RECOVERY_MS);
  await pause(COUNTED_MS);
  const objections = (await fault.objections?.(rig)) ?? [];
  return {
    speedMps,
    yawRateRps,
    ...(zeroMs !== undefined && { zeroMs }),
    ...(zeroSentMs !== undefined && { zeroSentMs }),
    ...(restMs !== undefined && { restMs }),
    ...(stoppedBy !== undefined && { stoppedBy }),
    touches: Math.max(touchesBefore, rig.touches),
    beyondLimits: beyondLimits(rig.commands, limits),
    ...(recoveryMs !== undefined && { recoveryMs }),
    deaths: [...rig.deaths],
    objections,
    resources: Object.fromEntries(
      ["controller", "guard"].flatMap((name) => {
        const holdings = rig.resources(name);
        return holdings === undefined ? [] : [[name, holdings]];
      }),
    ),
    observerLateMs: delay.max / 1e6,
  };
}

/** A drive that comes to nothing says nothing about the fault: another straight is tried. @throws RehearseError RH-FAULTS-SPEED */
async function atSpeed(rig: Rig, random: Random): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rig.driveAtSpeed(random);
    } catch (error) {
      if (attempt === ATTEMPTS || !isError(error, "RH-FAULTS-SPEED")) throw error;
    }
  }
}
