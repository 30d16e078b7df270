// ./rehearse bench quality: how near each planner comes to answers that are known, at equal work and at equal time.
import { parseArgs } from "node:util";
import { PLANNER_NAMES, type PlannerOptions } from "#src/planner/index.js";
import { knownAnswers } from "#src/planner/known-answers.js";
import { type Measured, measure, overhead } from "./quality/measure.js";
import { report, reportRooms } from "./quality/report.js";
import { measureRooms } from "./quality/rooms.js";

const HELP = `rehearse bench quality [--quick] [--json] [--seeds N] [--planners NAMES] [--rooms N]

  --quick     5 seeds instead of 20
  --json      one JSON object on standard output instead of tables
  --seeds     seeds of the planners, from 1000 on
  --rooms     instead: problems of so many episodes of the rooms world, with the shipped model; judged by the model and by the truth
  --planners  comma-separated: ${PLANNER_NAMES.join(", ")}
`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    seeds: { type: "string" },
    rooms: { type: "string" },
    planners: { type: "string", default: PLANNER_NAMES.join(",") },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else {
  const names = flags.planners.split(",") as (keyof PlannerOptions)[];
  if (flags.rooms !== undefined) {
    const rooms = await measureRooms(names, 1200, Number(flags.rooms));
    process.stdout.write(flags.json ? `${JSON.stringify(rooms)}\n` : reportRooms(rooms));
    process.exit();
  }
  const seeds = Math.max(1, Number(flags.seeds ?? (flags.quick ? 5 : 20)));
  const measured: Measured[] = [];
  for (const problem of knownAnswers())
    for (const start of ["cold", "warm"] as const) for (const name of names) measured.push(await measure(name, problem, start, seeds));
  const overheads = [];
  for (const name of names) overheads.push({ planner: name, us: await overhead(name) });
  process.stdout.write(flags.json ? `${JSON.stringify({ seeds, measured, overheads })}\n` : report(measured, overheads, seeds));
}
