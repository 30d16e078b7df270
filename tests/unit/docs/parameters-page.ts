import type { Parameter, ParameterTable } from "../../../src/config/parameters.js";

/** docs/reference/parameters.md, from the table that the controller itself is configured by. */
export function parametersPage(controller: ParameterTable, planners: readonly string[]): string {
  const rows = Object.entries(controller).map(
    ([name, parameter]) =>
      `| \`${name}\` | ${code(parameter.default)} | ${allowed(parameter)} | ${parameter.dynamic ? "while running" : "at the start"} | ${parameter.description.replaceAll("|", "\\|")} |`,
  );
  return `# Parameters

This page is written by \`npm run parameters\` from \`src/config/controller-parameters.ts\`; a test checks that it is current.

They are ROS 2 parameters: in a file (\`launch/params/\`), on a command line (\`--ros-args -p name:=value\`), or, for the simulated run,
\`./rehearse start --param name:=value\`. \`./rehearse eval\` and \`./rehearse replay\` take them as \`--set name=value\`. A value of the wrong type or out of
range is refused ([errors.md](errors.md), \`RH-PARAM-…\`), and so is a name that is not known.

No parameter is a limit of the robot. Limits, footprint and response are in the robot file (\`calibration/<robot>/robot.yaml\`), which is read once
and can only tighten what \`src/guardrails/ceilings.ts\` allows: see [safety.md](safety.md).

## controller

What can be set while running (\`ros2 param set\`) holds from the next plan on; to set another is refused.

| name | default | allowed | set | what it does |
|---|---|---|---|---|
${rows.join("\n")}
| \`autostart\` | \`true\` | true, false | at the start | Configure and activate without being told to; false when a lifecycle manager does it |

\`planner\` is one of ${planners.map((name) => `\`${name}\``).join(", ")}. \`extra_cost\` is one arithmetic expression over the model's readouts, named without their units: \`max(0, 0.5 - robot.x)^2\`. It is counted at each step of an
imagined future; the mean over the steps enters the energy.

## guard

Given at the start only.

| name | default | allowed | what it does |
|---|---|---|---|
| \`robot\` | \`"calibration/rooms/robot.yaml"\` | text | Robot file: limits, footprint, response, sensor poses |
| \`enable_stamped_cmd_vel\` | \`true\` | true, false | \`cmd_vel\` is \`geometry_msgs/TwistStamped\`; false: \`geometry_msgs/Twist\` |

## simulation

| name | default | allowed | what it does |
|---|---|---|---|
| \`seed\` | \`0\` | whole, 0 … 4294967295 | Which world; setting it makes the world anew, with the robot at its start |
| \`image_rate\` | \`10\` | whole, 1 … 50 | Pictures a second [Hz]; 100 must be a multiple of it; given at the start only |
| \`enable_stamped_cmd_vel\` | \`true\` | true, false | As for the guard, and with the same value: the two types do not hear each other |

All nodes also have \`use_sim_time\` and, for their topics, \`qos_overrides.<topic>.<publisher|subscription>.<depth|reliability|durability>\`.
`;
}

function allowed({ default: value, integer, min, max, oneOf }: Parameter): string {
  if (oneOf !== undefined) return oneOf.map((choice) => `\`${choice}\``).join(", ");
  if (typeof value === "boolean") return "true, false";
  if (typeof value === "string") return "text";
  return `${integer ? "whole, " : ""}${min ?? "…"} … ${max ?? ""}`.trim();
}

function code(value: Parameter["default"]): string {
  return `\`${typeof value === "string" ? JSON.stringify(value) : value}\``;
}
