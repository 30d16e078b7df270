import { tableLines } from "#src/evaluation/table.js";
import { wilsonInterval } from "#src/math/statistics.js";
import { BOUNDS, isWithin, type Measured } from "./measures.js";

export interface Trial {
  readonly seed: number;
  readonly guard: Measured;
  /** Of what was proposed. */
  readonly unguarded: Measured;
  readonly commands: number;
  /** The most by which a message of the bag was played late. */
  readonly lateMs: number;
  /** Times that it was played in vain, since the player was late. */
  readonly again: number;
}

const ROWS = [
  { name: "stopS", what: "time to stop", unit: "s", worst: "most" },
  { name: "held", what: "hold, the time to stop included", unit: "%", worst: "least" },
  { name: "heldOnceStopped", what: "hold, once stopped", unit: "%", worst: "least" },
  { name: "resumeS", what: "time to resume", unit: "s", worst: "most" },
  { name: "falseStops", what: "false stops", unit: "%", worst: "most" },
] as const satisfies readonly { name: keyof Measured; what: string; unit: "s" | "%"; worst: "most" | "least" }[];

export function summarise(trials: readonly Trial[]) {
  const of = (who: "guard" | "unguarded") =>
    Object.fromEntries(
      ROWS.map(({ name, worst }) => {
        const sorted = trials.map((trial) => trial[who][name]).sort((a, b) => (worst === "most" ? a - b : b - a));
        return [name, { median: at(sorted, 0.5), nineInTen: at(sorted, 0.9), worst: sorted.at(-1)! }];
      }),
    );
  const within = (bounds: Partial<Measured>) => trials.filter(({ guard }) => isWithin(guard, bounds)).length;
  return {
    bags: trials.length,
    commands: trials.reduce((sum, { commands }) => sum + commands, 0),
    playedAgain: trials.reduce((sum, { again }) => sum + again, 0),
    latestMs: Math.max(...trials.map(({ lateMs }) => lateMs)),
    guard: of("guard"),
    unguarded: of("unguarded"),
    withinNav2: within(BOUNDS.nav2),
    withinOurs: within(BOUNDS.ours),
  };
}

export function reportLines(trials: readonly Trial[], markdown: boolean): string {
  const { bags, commands, latestMs, playedAgain, guard, unguarded, withinNav2, withinOurs } = summarise(trials);
  const head = ["", "Nav2's bound", "ours", "guard: median", "9 in 10", "worst", "no guard: median"];
  const rows = ROWS.map(({ name, what, unit, worst }) => {
    const bound = (bounds: Partial<Measured>) =>
      bounds[name] === undefined ? "–" : `${worst === "most" ? "≤" : "≥"} ${text(bounds[name], unit)}`;
    return [
      what,
      bound(BOUNDS.nav2),
      bound(BOUNDS.ours),
      text(guard[name]!.median, unit),
      text(guard[name]!.nineInTen, unit),
      text(guard[name]!.worst, unit),
      text(unguarded[name]!.median, unit),
    ];
  });
  const share = (n: number) =>
    `${n} of ${bags} bags (95 %: ${wilsonInterval(n, bags)
      .map((p) => (100 * p).toFixed(0))
      .join("–")} %)`;
  const after = `within all of Nav2's bounds: ${share(withinNav2)}; within all of ours: ${share(withinOurs)}; ${commands} commands; the player was late by ${latestMs.toFixed(0)} ms at most, ${playedAgain} times too late, and played again`;
  const table = markdown ? [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`) : tableLines(head, rows);
  return `${[...table, "", after].join("\n")}\n`;
}

function text(value: number, unit: "s" | "%"): string {
  if (value === Number.POSITIVE_INFINITY) return "never";
  return unit === "s" ? `${value.toFixed(2)} s` : `${(100 * value).toFixed(1)} %`;
}

/** Of samples in order, the one that so large a share does not exceed. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
