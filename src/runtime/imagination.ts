import type { TimedPlan } from "../core/cycle.js";
import type { Tensor } from "../core/tensor.js";
import { tensor, values } from "../math/tensor.js";
import type { ControllerNode } from "../ros/nodes/controller-node.js";
import type { PlannerThread } from "./planner-thread.js";

/** Steps of an imagined future that are drawn: the picture stays small. */
const STEPS = 5;

/** What the model imagines of the plan that is played, decoded now and then for whoever watches, while the planner thread has nothing else to do. */
export class Imagination {
  private shownNs = 0n;

  constructor(private readonly node: ControllerNode) {}

  /** @param hz pictures a second; 0: none */
  show(plan: TimedPlan | undefined, thread: PlannerThread, hz: number): void {
    const { node } = this;
    if (hz === 0 || plan === undefined || thread.busy || !node.imaginationWanted) return;
    const steadyNs = node.clock.steadyNs();
    if (steadyNs - this.shownNs < BigInt(Math.round(1e9 / hz))) return;
    this.shownNs = steadyNs;
    thread
      .imagine(someSteps(plan), plan.frameNs)
      .then((frames) => {
        if (frames.length > 0) node.showImagination(frames);
      })
      .catch((error: Error) => node.log.warn(`nothing imagined: ${error.message}`));
  }
}

function someSteps(plan: TimedPlan): Tensor {
  const [steps, size] = plan.latents.shape as [number, number];
  const all = values(plan.latents);
  const count = Math.min(STEPS, steps);
  const some = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const step = Math.round(((i + 1) * steps) / count) - 1;
    some.set(all.subarray(step * size, (step + 1) * size), i * size);
  }
  return tensor(some, [count, size]);
}
