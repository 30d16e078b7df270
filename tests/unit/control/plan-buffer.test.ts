import { describe, expect, it } from "vitest";
import { PlanBuffer } from "../../../src/control/plan-buffer.js";
import { plan } from "./plan.js";

const MS = 1_000_000n;
const at = (ms: number) => BigInt(ms) * MS;
/** Ten steps of 200 ms, all with one action. */
const steady = (startMs: number, freeMs: number, action: number, goalId = 1) =>
  plan({ startNs: at(startMs), freeNs: at(freeMs), goalId, actions: Array.from({ length: 10 }, () => [action]) });

describe("PlanBuffer", () => {
  it("plays a plan's own actions only from when they begin; until then the plans before it go on", () => {
    const plans = new PlanBuffer(at(1000));
    plans.offer(steady(0, 200, 1));
    plans.offer(steady(100, 300, 2));
    plans.offer(steady(120, 320, 3));
    expect([150, 200, 299, 300, 319, 320, 900].map((ms) => plans.planned(at(ms))?.[0])).toEqual([1, 1, 1, 2, 2, 3, 3]);
    // Playing forgets what is over, and changes nothing of what is to come.
    expect([150, 250, 310].map((ms) => plans.actionAt(at(ms))?.[0])).toEqual([1, 1, 2]);
    expect([310, 400].map((ms) => plans.planned(at(ms))?.[0])).toEqual([2, 3]);
    expect(plans.actionAt(at(900))).toEqual([3]);
  });

  it("of the first plan plays what it was committed to, too", () => {
    const plans = new PlanBuffer(at(1000));
    plans.offer(plan({ startNs: at(0), freeNs: at(200), actions: [[0.5], [1]] }));
    expect([-1, 0, 199, 200, 399, 400].map((ms) => plans.actionAt(at(ms))?.[0])).toEqual([undefined, 0.5, 0.5, 1, 1, undefined]);
  });

  it("holds an action until the next plan's own begin", () => {
    const plans = new PlanBuffer(at(1000));
    plans.offer(steady(0, 0, 1));
    plans.hold([9]);
    expect(plans.actionAt(at(50))).toEqual([9]);
    plans.offer(steady(100, 300, 2));
    expect([150, 299, 300].map((ms) => plans.actionAt(at(ms))?.[0])).toEqual([9, 9, 2]);
  });

  it("plays nothing once the newest plan is too old, nor after being cleared", () => {
    const plans = new PlanBuffer(at(1000));
    plans.offer(steady(0, 0, 1));
    expect(plans.actionAt(at(1000))).toEqual([1]);
    expect(plans.actionAt(at(1001))).toBeUndefined();
    plans.offer(steady(900, 1100, 2));
    expect(plans.actionAt(at(1050))).toEqual([1]);
    plans.hold([3]);
    plans.clear();
    expect([plans.plan, plans.actionAt(at(1100))]).toEqual([undefined, undefined]);
  });

  it("refuses a plan from an older frame for the same goal, and takes one for another", () => {
    const plans = new PlanBuffer(at(1000));
    expect(plans.offer(steady(100, 100, 1))).toBe(true);
    expect(plans.offer(steady(50, 50, 2))).toBe(false);
    expect(plans.offer(steady(50, 50, 3, 2))).toBe(true);
  });
});
