/** What the robot was commanded, in the time of the bag. */
export interface Sample {
  readonly atS: number;
  readonly mps: number;
}

/** When there is something in the way. */
export interface Window {
  /** The robot drives from here on. */
  readonly drivesS: number;
  readonly appearsS: number;
  readonly leavesS: number;
  readonly endS: number;
}

/** As nav2_collision_monitor's test over a bag measures them (`collision_monitor_node_bag.cpp`), but for what is said of each. */
export interface Measured {
  /** From the appearance to the third command in a row that stops; +Infinity: none. */
  readonly stopS: number;
  /** Share of the commands while the thing is there that stop: the time to stop counts against it, so that nobody reaches 1. */
  readonly held: number;
  /** The same after the stop, which is not Nav2's. */
  readonly heldOnceStopped: number;
  /** From the leaving to the third command in a row that drives; Nav2's begins to look 0.2 s later. +Infinity: none. */
  readonly resumeS: number;
  /** Share of the commands that stop while nothing is in the way, more than 0.2 s from both ends. */
  readonly falseStops: number;
}

/** Nav2's thresholds and margins. */
const STOPPED_MPS = 0.02;
const DRIVES_MPS = 0.1;
const IN_A_ROW = 3;
const MARGIN_S = 0.2;

/** The bounds of Nav2's test, and ours. */
export const BOUNDS = {
  nav2: { stopS: 0.6, held: 0.9, resumeS: 0.6, falseStops: 0.05 },
  ours: { stopS: 0.3, heldOnceStopped: 1, resumeS: 0.3, falseStops: 0.01 },
} as const;

export function measure(samples: readonly Sample[], { drivesS, appearsS, leavesS, endS }: Window): Measured {
  const between = (fromS: number, toS: number) => samples.filter(({ atS }) => atS >= fromS && atS <= toS);
  const stops = ({ mps }: Sample) => Math.abs(mps) <= STOPPED_MPS;
  const share = (part: readonly Sample[]) => (part.length === 0 ? Number.NaN : part.filter(stops).length / part.length);
  const there = between(appearsS, leavesS);
  const stoppedS = thirdInARow(there, stops);
  return {
    stopS: stoppedS - appearsS,
    held: share(there),
    heldOnceStopped: Number.isFinite(stoppedS) ? share(between(stoppedS, leavesS)) : 0,
    resumeS: thirdInARow(between(leavesS, endS), ({ mps }) => mps >= DRIVES_MPS) - leavesS,
    falseStops: share([...between(drivesS, appearsS - MARGIN_S), ...between(leavesS + MARGIN_S, endS)]),
  };
}

function thirdInARow(samples: readonly Sample[], isIt: (sample: Sample) => boolean): number {
  let run = 0;
  for (const sample of samples) {
    run = isIt(sample) ? run + 1 : 0;
    if (run === IN_A_ROW) return sample.atS;
  }
  return Number.POSITIVE_INFINITY;
}

/** Whether all that a set of bounds names is within it; NaN never is. */
export function isWithin(measured: Measured, bounds: Partial<Measured>): boolean {
  const atLeast = (name: keyof Measured) => bounds[name] === undefined || measured[name] >= bounds[name];
  const atMost = (name: keyof Measured) => bounds[name] === undefined || measured[name] <= bounds[name];
  return atMost("stopS") && atLeast("held") && atLeast("heldOnceStopped") && atMost("resumeS") && atMost("falseStops");
}
