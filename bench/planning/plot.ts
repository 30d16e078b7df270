import { frontier } from "./choose.js";
import type { Measured } from "./measure.js";

const WIDTH = 860;
const HEIGHT = 520;
const EDGE = { left: 70, right: 300, top: 40, bottom: 56 };
/** Okabe and Ito's colours, which the colour-blind tell apart; ours are drawn thick. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933"];
/** Regrets below count as this one: the reference is no better known. Metres. */
const LEAST_REGRET = 1e-4;

/** Quality against time, both on logarithmic axes: of every series the settings that none of its others beats. */
export function plot({ swept, target, machine, problems }: Measured): string {
  const names = [...new Set(swept.map(({ series }) => series))];
  const lines = names.map((name) => ({
    name,
    points: frontier(swept.filter(({ series }) => series === name).map((one) => ({ ...one, ms: [one.ms], regret: [one.regret] }))).map(
      (one) => ({
        x: one.ms[0]!,
        y: Math.max(one.regret[0]!, LEAST_REGRET),
      }),
    ),
  }));
  const x = logAxis(
    lines.flatMap(({ points }) => points.map((p) => p.x)),
    EDGE.left,
    WIDTH - EDGE.right,
  );
  const y = logAxis(
    [target, ...lines.flatMap(({ points }) => points.map((p) => p.y))].map((metres) => 1000 * metres),
    HEIGHT - EDGE.bottom,
    EDGE.top,
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    "<title>How good a plan is after how long, for each planner</title>",
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(EDGE.left, 22, "How good a plan is after how long", 'font-size="15" font-weight="bold"'),
  ];
  for (const tick of x.ticks)
    parts.push(
      line(x.at(tick), EDGE.top, x.at(tick), HEIGHT - EDGE.bottom, "#e0e0e0"),
      text(x.at(tick), HEIGHT - EDGE.bottom + 16, String(tick), 'text-anchor="middle"'),
    );
  for (const tick of y.ticks)
    parts.push(
      line(EDGE.left, y.at(tick), WIDTH - EDGE.right, y.at(tick), "#e0e0e0"),
      text(EDGE.left - 6, y.at(tick) + 4, String(tick), 'text-anchor="end"'),
    );
  const limit = y.at(1000 * target);
  parts.push(
    `<line x1="${EDGE.left}" y1="${limit.toFixed(1)}" x2="${WIDTH - EDGE.right}" y2="${limit.toFixed(1)}" stroke="#808080" stroke-dasharray="5 4"/>`,
    text(EDGE.left + 4, limit - 5, "CEM 300 × 30", 'fill="#606060"'),
    text((EDGE.left + WIDTH - EDGE.right) / 2, HEIGHT - 18, "time of a plan [ms], median", 'text-anchor="middle"'),
    `<text transform="translate(18 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">regret [mm of remaining path], mean of ${problems.tuned} problems</text>`,
    text(WIDTH - EDGE.right + 14, HEIGHT - 18, escaped(`${machine.processors} × ${machine.processor}`), 'fill="#606060"'),
  );
  lines.forEach(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const ours = name.startsWith("rehearse");
    const dash = i >= COLOURS.length ? ' stroke-dasharray="2 3"' : "";
    const way = points.map((p) => `${x.at(p.x).toFixed(1)},${y.at(1000 * p.y).toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${way}" fill="none" stroke="${colour}" stroke-width="${ours ? 2.6 : 1.4}"${dash}/>`);
    for (const p of points)
      parts.push(`<circle cx="${x.at(p.x).toFixed(1)}" cy="${y.at(1000 * p.y).toFixed(1)}" r="${ours ? 3 : 2.4}" fill="${colour}"/>`);
    const row = EDGE.top + 12 + 20 * i;
    const from = WIDTH - EDGE.right + 14;
    parts.push(
      `<line x1="${from}" y1="${row}" x2="${from + 22}" y2="${row}" stroke="${colour}" stroke-width="${ours ? 2.6 : 1.4}"${dash}/>`,
      text(from + 28, row + 4, escaped(name)),
    );
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

/** From the 1, 2 or 5 below the least to that above the largest. */
export function logAxis(values: readonly number[], from: number, to: number): { ticks: number[]; at(value: number): number } {
  const steps: number[] = [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++)
    for (const digit of [1, 2, 5]) steps.push(Number((digit * 10 ** decade).toPrecision(1)));
  const first = Math.max(
    0,
    steps.findLastIndex((step) => step <= low),
  );
  const last = steps.findIndex((step) => step >= high);
  const ticks = steps.slice(first, last < 0 ? undefined : Math.max(last, first + 1) + 1);
  const least = Math.log10(ticks[0]!);
  const span = Math.log10(ticks.at(-1)!) - least;
  return { ticks, at: (value) => from + ((Math.log10(value) - least) / span) * (to - from) };
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${stroke}"/>`;
}

function text(x: number, y: number, what: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${what}</text>`;
}

function escaped(what: string): string {
  return what.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
