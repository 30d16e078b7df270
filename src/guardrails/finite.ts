import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import type { Tensor } from "../core/tensor.js";
import { values } from "../math/tensor.js";
import { allKept } from "./all-kept.js";
import { isFiniteTwist } from "./twist.js";

/** Comes first: comparing with a NaN is false both ways, so that every limit after it would let NaN through. */
export class Finite implements Guardrail {
  readonly name = "finite";

  /** @returns +Infinity for a motion with a value that is not a number, else -1 */
  margin(motion: Tensor): Float32Array {
    const samples = motion.shape[0]!;
    const data = values(motion);
    const size = samples === 0 ? 0 : data.length / samples;
    const margins = allKept(motion);
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) margins[Math.floor(i / size)] = Number.POSITIVE_INFINITY;
    return margins;
  }

  check(command: Command, now: BodyState): Ruling | undefined {
    if (command.kind !== "twist" || !isFiniteTwist(command)) return broken("command");
    const { odometry, scan } = now;
    if (odometry !== undefined) {
      const { xM, yM, yawRad } = odometry.odomFromBase;
      if (!Number.isFinite(xM + yM + yawRad) || !isFiniteTwist(odometry.twistInBase)) return broken("odometry");
    }
    if (scan !== undefined) {
      const { angleMinRad, angleIncrementRad, rangeMinM, rangeMaxM } = scan;
      if (!Number.isFinite(angleMinRad + angleIncrementRad + rangeMinM + rangeMaxM)) return broken("scan");
    }
    return undefined;
  }
}

/** No nearest command: what is not a number has no neighbours. */
function broken(part: "command" | "odometry" | "scan"): Ruling {
  return { violation: { guardrail: `finite.${part}`, value: 1, limit: 0, unit: "1" } };
}
