import type { Guardrail } from "../../core/guardrail.js";
import { LinkDistances } from "../../motion/link-distances.js";
import { restOf, scaled } from "../axes.js";
import { bisected } from "../bisected.js";
import { plannedHoldS } from "../held-time.js";
import { JointPath } from "../joint-path.js";
import { alongEach, stop } from "../rule.js";

/** Planning keeps this much more distance than the gate demands. */
const PLANNING_SPARE_M = 0.02;
/** Between two checks of predicted motion. */
const LOOK_S = 0.1;

/**
 * The links of an arm, as capsules, keep their clearance from the keep-out boxes and from each other on the whole stopping path: the joints go on as they do until the command
 * acts, follow it for as long as it may be held, then brake to rest. Where even braking at once would not keep it, a command passes that brings nothing nearer than braking would.
 * Between two poses of a path no link moves farther than the joints' steps times their reach: that is taken off the distance.
 */
export const linkClearance: Guardrail<"link-clearance"> = {
  id: "link-clearance",
  violations: ["link-clearance", "link-clearance.self"],
  rule(robot) {
    const { links } = robot;
    if (links === undefined) return undefined;
    const path = new JointPath(robot, links);
    const rest = restOf(robot);
    const neededM = links.clearanceM;
    return (command, context) => {
      if (!path.start(context)) return stop("link-clearance", Number.NaN, neededM, "m");
      const least = path.least(command);
      if (least.distanceM >= neededM) return undefined;
      const id = least.isBox ? "link-clearance" : "link-clearance.self";
      const ruling = { violation: { id, value: least.distanceM, limit: neededM, unit: "m" }, slows: true } as const;
      if (path.least(rest).distanceM < neededM) {
        const braking = path.each(rest);
        const noNearer = path.each(command).every((distanceM, i) => distanceM >= Math.min(neededM, braking[i]!) - 1e-9);
        return noNearer ? undefined : { ...ruling, allowed: rest };
      }
      const scale = bisected((scale) => path.least(scaled(command, scale)).distanceM >= neededM);
      return { ...ruling, allowed: scaled(command, scale) };
    };
  },
  /* The deepest intrusion into the clearance plus a spare, where the arm is and where it would come to rest, as a fraction of them. */
  constraint(robot) {
    const { links, joints, response } = robot;
    if (links === undefined) return undefined;
    const distances = new LinkDistances(links, joints.length);
    const heldS = plannedHoldS(robot) + response.commandDelayS + response.timeConstantS;
    const pose = new Float64Array(joints.length);
    const depthM = links.clearanceM + PLANNING_SPARE_M;
    const worstAt = (): number => distances.measure(pose).reduce((worst, distanceM) => Math.max(worst, (depthM - distanceM) / depthM), -1);
    return (motion, _, periodS) => {
      const every = Math.max(1, Math.floor(LOOK_S / periodS + 1e-9));
      return alongEach(motion, (values, from, to, size) => {
        let worst = -1;
        for (let row = to - size; row >= from; row -= every * size) {
          for (let i = 0; i < pose.length; i++) pose[i] = values[row + i]!;
          worst = Math.max(worst, worstAt());
          for (const [i, { decelerationRps2 }] of joints.entries()) {
            const v = values[row + joints.length + i]!;
            pose[i] = pose[i]! + v * (heldS + Math.abs(v) / (2 * decelerationRps2));
          }
          worst = Math.max(worst, worstAt());
        }
        return worst;
      });
    };
  },
};
