// ./rehearse bench planning: time against plan quality, our planners beside those that research uses, with one model and one judge.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { loadSetup } from "#src/lockstep/load-setup.js";
import { PROJECT_ROOT } from "#src/runtime/project-path.js";
import { measure } from "./planning/measure.js";
import { makePeerEnvironment } from "./planning/peer-environment.js";
import { plot } from "./planning/plot.js";
import { reportMarkdown, reportText } from "./planning/report.js";

const HELP = `rehearse bench planning [--quick] [--json] [--docs] [--set name=value …]

  --quick   fewer settings and problems, within 45 s
  --json    one JSON object on standard output instead of tables
  --docs    also put tables and picture into docs/results/benchmarks.md
  --set     a controller parameter, such as planner or samples: what "defaults" means here

All figures, and a picture of quality against time, are also written to reports/planning.{json,svg} (with --quick: planning-quick).
`;
const PAGE = "docs/results/benchmarks.md";
const PICTURE = "docs/images/planning.svg";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    set: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else {
  makePeerEnvironment();
  const measured = await measure(loadSetup(flags.set), flags.quick, (what) => process.stderr.write(`${what}\n`));
  const name = flags.quick ? "planning-quick" : "planning";
  write(`reports/${name}.json`, `${JSON.stringify(measured, undefined, 1)}\n`);
  write(`reports/${name}.svg`, plot(measured));
  if (flags.docs) {
    write(PICTURE, plot(measured));
    const page = readFileSync(join(PROJECT_ROOT, PAGE), "utf8");
    const found = `\n![Mean regret against time of a plan, for each planner](images/planning.svg)\n\n${reportMarkdown(measured)}\n`;
    write(
      PAGE,
      page.replace(/(?<=<!-- planning -->\n)[\s\S]*(?=<!-- end of planning -->)/, () => found),
    );
  }
  process.stdout.write(flags.json ? `${JSON.stringify(measured)}\n` : reportText(measured));
}

function write(path: string, text: string): void {
  const file = join(PROJECT_ROOT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
