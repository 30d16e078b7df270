// ./rehearse bench planning: time against plan quality, our planners beside those that research uses, with one model and one judge.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { loadSetup } from "#src/runtime/load-setup.js";
import { PROJECT_ROOT } from "#src/runtime/project-path.js";
import { measure } from "./planning/measure.js";
import { makePeerEnvironment } from "./planning/peer-environment.js";
import { plot } from "./planning/plot.js";
import { report } from "./planning/report.js";

const HELP = `rehearse bench planning [--quick] [--json] [--svg FILE] [--set name=value …]

  --quick      fewer settings and problems, within 45 s
  --json       one JSON object on standard output instead of tables
  --svg FILE   where to draw quality against time (default: reports/planning.svg)
  --set        a controller parameter, such as planner or samples: what "default" means here

All figures are also written to reports/planning.json (with --quick: reports/planning-quick.json).
`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    svg: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else {
  makePeerEnvironment();
  const measured = await measure(loadSetup(flags.set), flags.quick, (what) => process.stderr.write(`${what}\n`));
  const name = flags.quick ? "planning-quick" : "planning";
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write(join(PROJECT_ROOT, `reports/${name}.json`), `${JSON.stringify(measured, undefined, 1)}\n`);
  write(flags.svg ?? join(PROJECT_ROOT, `reports/${name}.svg`), plot(measured));
  process.stdout.write(flags.json ? `${JSON.stringify(measured)}\n` : report(measured));
}
