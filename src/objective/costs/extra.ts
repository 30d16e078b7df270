import { defineCost } from "../cost-definition.js";
import { expressionCost } from "../expression-cost.js";

/** One user-defined term, written as an expression. */
export const extra = defineCost({
  name: "extra",
  parameters: {
    extra_cost: { default: "", description: "One more cost: an expression over the model's readouts, e.g. max(0, robot.x - 1)" },
    extra_cost_weight: { default: 1, min: 0, max: 1e9, description: "Weight of extra_cost" },
  },
  weight: "extra_cost_weight",
  needs: [],
  differentiable: false,
  prepare: ({ parameters: { extra_cost: expression }, readouts }) =>
    expression === "" ? undefined : expressionCost("extra", expression, readouts),
  create: ({ prepared }) => prepared,
});
