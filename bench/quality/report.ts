import { type Measured, type Spread, TIMES_MS, WORK } from "./measure.js";
import { ROOMS_WORK, type RoomsMeasured } from "./rooms.js";

/** For a terminal. */
export function report(measured: readonly Measured[], overheads: readonly { planner: string; us: Spread }[], seeds: number): string {
  const lines = [
    `Gap to the optimum in %: median (90 %), ${seeds} seeds. Work in scores of a candidate; the gradient of a candidate counts 4.`,
  ];
  for (const problem of new Set(measured.map((row) => row.problem)))
    for (const start of ["cold", "warm"] as const) {
      const rows = measured.filter((row) => row.problem === problem && row.start === start);
      lines.push("", `${problem}, ${start} start`);
      lines.push(
        ...table(
          ["planner", ...WORK.map(String), "work to 1 %", ...TIMES_MS.map((ms) => `${ms} ms`), "ms to 1 %"],
          rows.map((row) => [
            row.planner,
            ...row.byWork.map(show),
            show(row.workToOnePercent),
            ...row.byTime.map(({ median }) => digits(median)),
            show(row.msToOnePercent),
          ]),
        ),
      );
    }
  lines.push("", "The planner's own share of an iteration of 128 candidates × 9 steps × 2 axes, µs: median (90 %)");
  lines.push(
    ...table(
      ["planner", "µs"],
      overheads.map(({ planner, us }) => [planner, show(us)]),
    ),
  );
  return `${lines.join("\n")}\n`;
}

export function reportRooms({ problems, measured }: { problems: number; measured: readonly RoomsMeasured[] }): string {
  const lines = [
    `${problems} problems of the rooms world. Mean regret in mm of remaining path, by the model / by the truth, at equal work:`,
  ];
  lines.push(
    ...table(
      ["planner", ...ROOMS_WORK.map(String)],
      measured.map(({ planner, regretMm }) => [planner, ...regretMm.map(({ model, truth }) => `${digits(model)} / ${digits(truth)}`)]),
    ),
    "",
    "Rank correlation of the model's energy and the true one among the best 16 candidates of an iteration, by iteration:",
    ...table(
      ["planner", ...measured[0]!.rankCorrelation.map((_, i) => String(i + 1))],
      measured.map(({ planner, rankCorrelation }) => [planner, ...rankCorrelation.map(digits)]),
    ),
  );
  return `${lines.join("\n")}\n`;
}

function show({ median, p90 }: Spread): string {
  return `${digits(median)} (${digits(p90)})`;
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
