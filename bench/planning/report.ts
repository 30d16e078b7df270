import type { Spread } from "./choose.js";
import { shareOfFloor } from "./goals.js";
import type { Measured } from "./measure.js";

/** For a terminal. */
export function report(measured: Measured): string {
  const { machine, compared, equalWork, floors, goals, ratios, problems, effort, horizon, flops } = measured;
  const ms = ({ median, p10, p90, n }: Spread) => `${digits(median)} (${digits(p10)}–${digits(p90)}, ${n})`;
  const lines = [
    `${machine.processors} × ${machine.processor}; load ${machine.load.map((l) => l.toFixed(2)).join(" before, ")} at the end; ${measured.wallS.toFixed(0)} s`,
    Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    "",
    `One batch of rollouts of ${horizon} steps with cost to go, ${(flops / 1e3).toFixed(0)} kFLOP a sample and step: median (10 %–90 %, N) in ms; share of the floor`,
    ...table(
      ["samples", ...Object.keys(equalWork[0]?.times ?? {})],
      equalWork.map(({ samples, times }) => [
        String(samples),
        ...Object.entries(times).map(([name, time]) => {
          const [arithmetic, threads] = name.split(" ") as [string, string];
          const share = shareOfFloor(measured, arithmetic, Number(threads)).find((one) => one.samples === samples)?.share;
          return `${ms(time)}  ${((share ?? Number.NaN) * 100).toFixed(0)} %`;
        }),
      ]),
    ),
    "",
    ...floors.map(
      ({ threads, large, own }) =>
        `floor, ${threads} thread(s): ${large.gflops.toFixed(0)} GFLOP/s (${large.library}) at 1024³; as the rollout multiplies: ${Object.entries(
          own,
        )
          .map(([samples, fastest]) => `${fastest.gflops.toFixed(0)} (${fastest.library}) at ${samples} samples`)
          .join(", ")}`,
    ),
    "",
    `Plans, by time. Settings tuned on ${problems.tuned} problems to the regret of CEM as published there, ${millimetres(measured.target)}; compared on ${problems.compared} others.`,
    `Regret: cost above the best plan known (CEM ${effort.samples} × ${effort.iterations}, ${effort.seeds} seed(s), or anybody's), in mm of way to go. Time: median (10 %–90 %, N) in ms.`,
    ...table(
      ["planner", "setting", "iterations", "time [ms]", "regret", "90 %", "breaks a guardrail", "plan / rollouts"],
      [...compared]
        .sort((a, b) => a.ms.median - b.ms.median)
        .map((one) => [
          one.name,
          settingsText(one.settings),
          String(one.iterations),
          ms(one.ms),
          millimetres(one.regret.mean),
          millimetres(one.regret.p90),
          `${(100 * one.breaks).toFixed(0)} %`,
          one.overRollouts === undefined ? "" : one.overRollouts.toFixed(2),
        ]),
    ),
    "",
    "Times longer, at equal quality: of the medians (plan by plan, 10 %–90 %)",
    ...table(
      ["", ""],
      Object.entries(ratios).map(([name, { median, p10, p90 }]) => [name, `${median.toFixed(1)} (${p10.toFixed(1)}–${p90.toFixed(1)})`]),
    ).slice(1),
    "",
    ...table(
      ["goal", "wanted", "found", ""],
      goals.map(({ name, wanted, found, reached }) => [name, wanted.toFixed(2), found.toFixed(2), reached ? "reached" : "missed"]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

export function settingsText(settings: object): string {
  return Object.entries(settings)
    .filter(([name]) => !["iterations", "planner", "whole"].includes(name))
    .flatMap(([name, value]) => (typeof value === "object" ? settingsText(value) || "defaults" : `${name} ${value}`))
    .join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function millimetres(metres: number): string {
  return `${(1000 * metres).toFixed(2)} mm`;
}
