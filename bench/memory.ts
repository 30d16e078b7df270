// Does planning leave anything behind? Plans over and over on problems of `rooms`, and looks at the memory in between.
// ./rehearse bench memory [--plans 10000] [--quick] [--json]
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { collectRequests } from "#src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "#src/lockstep/load-setup.js";
import { buildPlanner } from "#src/runtime/planner-setup.js";

const { values: flags } = parseArgs({
  options: {
    plans: { type: "string", default: "10000" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const plans = flags.quick ? 1000 : Number(flags.plans);
const LOOKS = 10;
const WARM_UP = 1000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const look = () => {
  collectGarbage();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heapMb: heapUsed / 2 ** 20, buffersMb: arrayBuffers / 2 ** 20, residentMb: rss / 2 ** 20 };
};

const setup = { ...loadSetup([]), repeatable: true };
const built = await buildPlanner(setup);
const requests = await collectRequests(setup, built.mpc, { world: "rooms", seed: 3000, episodes: 5, perEpisode: 4, everyNth: 9 });
const looks: ({ plans: number } & ReturnType<typeof look>)[] = [];
// What is compiled and allocated once is not what is looked for.
for (let i = -WARM_UP; i <= plans; i++) {
  await built.mpc.plan({ ...requests[Math.abs(i) % requests.length]!, sequence: i });
  if (i < 0 || i % Math.round(plans / LOOKS) !== 0) continue;
  looks.push({ plans: i, ...look() });
  const { heapMb, buffersMb, residentMb } = looks.at(-1)!;
  if (!flags.json)
    console.log(
      `after ${String(i).padStart(6)} plans: heap ${heapMb.toFixed(2)} MB, buffers ${buffersMb.toFixed(2)} MB, resident ${residentMb.toFixed(1)} MB`,
    );
}
await built.model.dispose();
// Least squares over all looks: one look alone may be a little high or low.
const mean = (of: (l: (typeof looks)[number]) => number) => looks.reduce((sum, l) => sum + of(l), 0) / looks.length;
const slope = (of: (l: (typeof looks)[number]) => number) => {
  const [x, y] = [mean((l) => l.plans), mean(of)];
  return looks.reduce((sum, l) => sum + (l.plans - x) * (of(l) - y), 0) / looks.reduce((sum, l) => sum + (l.plans - x) ** 2, 0);
};
const bytesAPlan = {
  heap: slope((l) => l.heapMb) * 2 ** 20,
  buffers: slope((l) => l.buffersMb) * 2 ** 20,
  resident: slope((l) => l.residentMb) * 2 ** 20,
};
if (flags.json) console.log(JSON.stringify({ plans, looks, bytesAPlan }));
else
  console.log(
    `growth, bytes a plan: heap ${bytesAPlan.heap.toFixed(0)}, buffers ${bytesAPlan.buffers.toFixed(0)}, resident ${bytesAPlan.resident.toFixed(0)}`,
  );
