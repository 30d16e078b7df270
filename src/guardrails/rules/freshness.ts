import type { BodyState, Guardrail } from "../../core/guardrail.js";
import type { ViolationOf } from "../../core/violation.js";
import { embodimentOf } from "../../embodiment/index.js";
import { secondsBetween } from "../../math/seconds.js";
import { stop } from "../rule.js";

/** What must be young: finding, greatest age in seconds, arrival, and stamp (null: there is no datum; undefined: it carries no stamp). */
type Input = readonly [id: ViolationOf<"freshness">, limitS: number, receivedNs: bigint | undefined, stampNs: bigint | null | undefined];

/**
 * Command, measured motion and scan must be young, by their arrival and by their stamp: late data arrive "now", and a publisher that repeats
 * one stamp has failed like a silent one. A time in the future is as wrong as an old one: it would stay fresh for ever.
 */
export const freshness: Guardrail<"freshness"> = {
  id: "freshness",
  violations: ["freshness.command", "freshness.odometry", "freshness.joints", "freshness.scan"],
  rule({ scanner, staleness, ...robot }) {
    const { name } = embodimentOf(robot).measurement;
    const inputs = (state: BodyState): readonly Input[] => [
      ["freshness.command", staleness.commandS, state.commandReceivedNs, undefined],
      [`freshness.${name}`, staleness.odometryS, state[`${name}ReceivedNs`], state[name]?.stampNs ?? null],
      ...(scanner ? ([["freshness.scan", staleness.scanS, state.scanReceivedNs, state.scan?.stampNs ?? null]] as const) : []),
    ];
    return (_command, context) => {
      for (const [id, limitS, receivedNs, stampNs] of inputs(context)) {
        if (receivedNs === undefined || stampNs === null) return stop(id, Number.POSITIVE_INFINITY, limitS, "s");
        const ages = [receivedNs, stampNs ?? receivedNs].map((thenNs) => secondsBetween(thenNs, context.nowNs));
        if (Math.max(...ages) > limitS) return stop(id, Math.max(...ages), limitS, "s");
        if (Math.min(...ages) < -staleness.futureS) return stop(id, Math.min(...ages), -staleness.futureS, "s");
      }
      return undefined;
    };
  },
};
