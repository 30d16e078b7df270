import type { BodyState } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { secondsBetween } from "../../math/seconds.js";
import { rule, stop } from "../rule.js";

/** What must be young: name, greatest age in seconds, arrival, and stamp (null: there is no datum; undefined: it carries no stamp). */
type Input = readonly [part: string, limitS: number, receivedNs: bigint | undefined, stampNs: bigint | null | undefined];

/**
 * Command, measured motion and scan must be young, by their arrival and by their stamp: late data arrive "now", and a publisher that repeats
 * one stamp is as dead as a silent one. A time in the future is as wrong as an old one: it would stay fresh for ever.
 */
export function freshness({ drive, scanner, staleness }: RobotDescription) {
  const inputs = (now: BodyState): readonly Input[] => [
    ["command", staleness.commandS, now.commandReceivedNs, undefined],
    drive === "joints"
      ? ["joints", staleness.odometryS, now.jointsReceivedNs, now.joints?.stampNs ?? null]
      : ["odometry", staleness.odometryS, now.odometryReceivedNs, now.odometry?.stampNs ?? null],
    ...(scanner ? ([["scan", staleness.scanS, now.scanReceivedNs, now.scan?.stampNs ?? null]] as const) : []),
  ];
  return rule("freshness", (_command, now) => {
    for (const [part, limitS, receivedNs, stampNs] of inputs(now)) {
      const guardrail = `freshness.${part}`;
      if (receivedNs === undefined || stampNs === null) return stop(guardrail, Number.POSITIVE_INFINITY, limitS, "s");
      const ages = [receivedNs, stampNs ?? receivedNs].map((thenNs) => secondsBetween(thenNs, now.nowNs));
      if (Math.max(...ages) > limitS) return stop(guardrail, Math.max(...ages), limitS, "s");
      if (Math.min(...ages) < -staleness.futureS) return stop(guardrail, Math.min(...ages), -staleness.futureS, "s");
    }
    return undefined;
  });
}
