import { NODE_PARAMETERS } from "../../../src/parameters/node-parameters.js";
import { isNumber, type Parameter, type ParameterTable, typeOf } from "../../../src/parameters/parameter.js";

/** docs/reference/parameters.md, from the tables by which the nodes check what they are given. */
export function parametersPage(planners: readonly string[]): string {
  const { controller, guard, standby, simulation } = NODE_PARAMETERS;
  return `# Parameters

This page is written by \`npm run parameters\` from the tables in \`src/parameters/\`, by which each value is checked too, whichever door it comes in by;
a test checks that the page is current.

They are ROS 2 parameters: in a file (\`launch/params/\`), on a command line (\`--ros-args -p name:=value\`), or, for the simulated run,
\`./rehearse start --param name:=value\`. \`./rehearse eval\` and \`./rehearse replay\` take them as \`--set name=value\`. A value of the wrong type or out of
range is refused ([errors.md](errors.md), \`RH-PARAM-…\`), and so is a name that is not known: a node does not start with one, and \`ros2 param set\`
answers that nothing was set.

A planner or a cost of your own may declare more, by names of its own; they are set and checked in the same manner ([extend](../guides/extend.md#planner-cost)).

No parameter is a limit of the robot. Limits, footprint and response are in the robot file (\`calibration/<robot>/robot.yaml\`), which is read once
and can only tighten what \`src/guardrails/ceilings.ts\` allows: see [safety.md](safety.md).

## controller

What can be set while running (\`ros2 param set\`) is tried as a whole with all other values before it is answered: the planner is built with it. If that
fails, the answer says why, and the old value stays; if not, it holds from the next plan on.

${rows(controller)}

\`planner\` is one of ${planners.map((name) => `\`${name}\``).join(", ")}. \`extra_cost\` is one arithmetic expression over the model's readouts, named without their units: \`max(0, 0.5 - robot.x)^2\`. It is counted at each step of an
imagined future; the mean over the steps enters the energy.

## guard

${rows(guard)}

## standby

${rows(standby)}

## simulation

${rows(simulation)}

Guard, standby and simulation need the same \`enable_stamped_cmd_vel\`: the two types do not hear each other.

All nodes also have \`use_sim_time\` and, for their topics, \`qos_overrides.<topic>.<publisher|subscription>.<depth|reliability|durability>\`.
`;
}

export function rows(table: ParameterTable): string {
  const lines = Object.entries(table).map(
    ([name, p]) =>
      `| \`${name}\` | \`${JSON.stringify(p.default)}\` | ${allowed(p)} | ${p.dynamic ? "while running" : "at the start"} | ${p.description.replaceAll("|", "\\|")}${isNumber(p) && p.unit ? ` [${p.unit}]` : ""} |`,
  );
  return ["| name | default | allowed | set | what it does |", "|---|---|---|---|---|", ...lines].join("\n");
}

function allowed(parameter: Parameter): string {
  if (isNumber(parameter)) return `${parameter.integer ? "whole, " : ""}${parameter.min} … ${parameter.max}`;
  if ("oneOf" in parameter && parameter.oneOf) return parameter.oneOf.map((choice) => `\`${choice}\``).join(", ");
  return { boolean: "true, false", text: "text", "list of texts": "list of texts", number: "", integer: "" }[typeOf(parameter)];
}
