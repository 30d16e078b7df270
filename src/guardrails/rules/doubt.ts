import type { Doubt } from "../../core/guardrail.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { axesOf } from "../axes.js";
import { fitted, rule, stop } from "../rule.js";

/**
 * A model that is surprised, or whose members disagree, plans in a world that is not there: slow down, then stop. The share of full speed falls
 * evenly from 1 at `slow` to 0 at `stop`. The numbers come from the one who is judged, so they can only tighten: silence about one leaves
 * the last one in force, and what is not a number is the worst. Planning can't make them smaller.
 */
export function doubtLimit(robot: RobotDescription) {
  const axes = axesOf(robot);
  const { surpriseSlow, surpriseStop, uncertaintySlow, uncertaintyStop } = robot.doubt;
  const causes = [
    { name: "surprise", slow: surpriseSlow, stop: surpriseStop, last: 0 },
    { name: "uncertainty", slow: uncertaintySlow, stop: uncertaintyStop, last: 0 },
  ] satisfies { name: keyof Doubt; slow: number; stop: number; last: number }[];
  return rule("doubt", (command, { doubt }) => {
    let share = 1;
    let worst = causes[0]!;
    for (const cause of causes) {
      const said = doubt?.[cause.name as keyof Doubt] ?? cause.last;
      cause.last = Number.isNaN(said) ? Number.POSITIVE_INFINITY : said;
      const left = cause.last >= cause.stop ? 0 : cause.last <= cause.slow ? 1 : (cause.stop - cause.last) / (cause.stop - cause.slow);
      if (left < share) [share, worst] = [left, cause];
    }
    if (share === 0) return stop(`doubt.${worst.name}`, worst.last, worst.stop, "1");
    if (share === 1) return undefined;
    const ruling = fitted("doubt", axes, command, share);
    return (
      ruling && { ...ruling, slows: true, violation: { guardrail: `doubt.${worst.name}`, value: worst.last, limit: worst.slow, unit: "1" } }
    );
  });
}
