import type { Command } from "../core/command.js";
import type { BodyState, Guardrail, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { Tensor } from "../core/tensor.js";
import { allKept } from "./all-kept.js";
import { secondsBetween } from "./seconds.js";

/**
 * Command, odometry and scan must be young, by their arrival and by their stamp: late data arrive "now", and a publisher that repeats
 * one stamp is as dead as a silent one. A time in the future is as wrong as an old one: it would stay fresh for ever.
 */
export class Freshness implements Guardrail {
  readonly name = "freshness";

  constructor(private readonly robot: RobotDescription) {}

  /** Planning can't make its inputs younger. */
  margin(motion: Tensor): Float32Array {
    return allKept(motion);
  }

  check(_command: Command, now: BodyState): Ruling | undefined {
    const { staleness, scanner } = this.robot;
    return (
      this.judge("command", staleness.commandS, now.nowNs, now.commandReceivedNs) ??
      this.judge("odometry", staleness.odometryS, now.nowNs, now.odometryReceivedNs, now.odometry?.stampNs ?? null) ??
      (scanner === undefined ? undefined : this.judge("scan", staleness.scanS, now.nowNs, now.scanReceivedNs, now.scan?.stampNs ?? null))
    );
  }

  /** @param stampNs null: there is no datum; undefined: it carries no stamp */
  private judge(part: string, limitS: number, nowNs: bigint, receivedNs: bigint | undefined, stampNs?: bigint | null): Ruling | undefined {
    const guardrail = `freshness.${part}`;
    if (receivedNs === undefined || stampNs === null) {
      return { violation: { guardrail, value: Number.POSITIVE_INFINITY, limit: limitS, unit: "s" } };
    }
    const ages = [secondsBetween(receivedNs, nowNs)];
    if (stampNs !== undefined) ages.push(secondsBetween(stampNs, nowNs));
    const oldest = Math.max(...ages);
    if (oldest > limitS) return { violation: { guardrail, value: oldest, limit: limitS, unit: "s" } };
    const youngest = Math.min(...ages);
    const { futureS } = this.robot.staleness;
    if (youngest < -futureS) return { violation: { guardrail, value: youngest, limit: -futureS, unit: "s" } };
    return undefined;
  }
}
