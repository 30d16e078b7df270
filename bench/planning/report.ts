import { tableLines } from "#src/evaluation/table.js";
import { type Spread, timesAt } from "./choose.js";
import { shareOfFloor } from "./goals.js";
import { LEVELS, type Measured } from "./measure.js";

interface Section {
  readonly before: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** For a terminal. */
export function reportText(measured: Measured): string {
  return sections(measured)
    .map(({ before, head, rows }) => [...before, "", ...tableLines(head, rows)].map((line) => `${line}\n`).join(""))
    .join("\n");
}

/** For docs/results/benchmarks.md. */
export function reportMarkdown(measured: Measured): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return sections(measured)
    .map(({ before, head, rows }) => `${before.join("\n")}\n\n${row(head)}${row(head.map(() => "---"))}${rows.map(row).join("")}`)
    .join("\n");
}

function sections(measured: Measured): Section[] {
  const { machine, compared, equalWork, floors, goals, ratios, problems, effort, horizon, flops, swept, target, wallS, quick } = measured;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const shares = new Map(Object.keys(equalWork[0]!.times).map((name) => [name, shareOfFloor(measured, ...arithmeticOf(name))]));
  const columns = [...LEVELS].sort((a, b) => b - a);
  const levels = [...columns, target].map((regret) => timesAt(swept, regret));
  return [
    {
      before: [
        `${machine.processors} × ${machine.processor}; load ${machine.load[0].toFixed(2)} before, ${machine.load[1].toFixed(2)} at the end; ${wallS.toFixed(0)} s${quick ? "; the quick form: few settings, few problems" : ""}.`,
        `${versions.join(", ")}.`,
      ],
      head: ["goal", "at least", "found", ""],
      rows: goals.map(({ name, wanted, found, reached }) => [name, wanted.toFixed(2), found.toFixed(2), reached ? "reached" : "missed"]),
    },
    {
      before: [
        `One batch of rollouts of ${horizon} steps with cost to go, ${(flops / 1e3).toFixed(0)} kFLOP a sample and step: median (10 %–90 %, N) in ms; in brackets the share of`,
        "that time which the products alone would take at the speed of the fastest library for large or for equally shaped float32 products:",
        ...floors.map(
          ({ threads, large, own }) =>
            `${threads} thread(s): ${large.gflops.toFixed(0)} GFLOP/s at 1024³ (${large.library}), ${Object.entries(own)
              .map(([samples, fastest]) => `${fastest.gflops.toFixed(0)} at ${samples} samples (${fastest.library})`)
              .join(", ")}.`,
        ),
      ],
      head: ["samples", ...[...shares.keys()].map((name) => `${name} thread(s)`)],
      rows: equalWork.map(({ samples, times }) => [
        String(samples),
        ...Object.entries(times).map(([name, time]) => {
          const { share } = shares.get(name)!.find((one) => one.samples === samples)!;
          return `${spreadText(time)} [${(share * 100).toFixed(0)} %]`;
        }),
      ]),
    },
    {
      before: [
        `Whole plans. Settings were tuned on ${problems.tuned} problems to the regret that CEM as published has there, ${millimetres(target)}, or else to the next level that they reach; here on ${problems.compared} others.`,
        `Regret: cost above the best plan known (CEM ${effort.samples} × ${effort.iterations} from ${effort.seeds} seed(s), or anybody's), mm of remaining path. Time: median (10 %–90 %, N) in ms.`,
      ],
      head: [
        "planner",
        "tuned to",
        "setting",
        "iterations",
        "time [ms]",
        "mean regret",
        "90 % below",
        "breaks a guardrail",
        "plan / rollouts",
      ],
      rows: [...compared]
        .sort((a, b) => a.ms.median - b.ms.median)
        .map((one) => [
          one.name,
          one.level === undefined ? "" : millimetres(one.level),
          settingsText(one.settings),
          String(one.iterations),
          spreadText(one.ms),
          // Who minimises something else has no regret in this.
          ...("whole" in one.settings ? ["", ""] : [millimetres(one.regret.mean), millimetres(one.regret.p90)]),
          `${(100 * one.breaks).toFixed(0)} %`,
          one.overRollouts === undefined ? "" : one.overRollouts.toFixed(2),
        ]),
    },
    {
      before: ["How many times longer, at equal quality, each plan against that of the same problem: median (10 %–90 %, N)"],
      head: ["", "times"],
      rows: Object.entries(ratios).map(([name, { median, p10, p90, n }]) => [
        name,
        `${median.toFixed(1)} (${p10.toFixed(1)}–${p90.toFixed(1)}, ${n})`,
      ]),
    },
    {
      before: [
        `The least time, in ms, in which some setting has no more than so much mean regret on the ${problems.tuned} problems for tuning`,
      ],
      head: ["", ...columns.map(millimetres), `${millimetres(target)}, as CEM published`],
      rows: [...levels[0]!.keys()].map((name) => [
        name,
        ...levels.map((times) => {
          const ms = times.get(name);
          return ms === undefined ? "–" : digits(ms);
        }),
      ]),
    },
  ];
}

function arithmeticOf(name: string): [string, number] {
  const [arithmetic, threads] = name.split(" ") as [string, string];
  return [arithmetic, Number(threads)];
}

function settingsText(settings: object): string {
  return Object.entries(settings)
    .filter(([name]) => !["iterations", "whole"].includes(name))
    .flatMap(([name, value]) => (typeof value === "object" ? settingsText(value) : name === "planner" ? String(value) : `${name} ${value}`))
    .filter((text) => text !== "")
    .join(", ");
}

function spreadText({ median, p10, p90, n }: Spread): string {
  return `${digits(median)} (${digits(p10)}–${digits(p90)}, ${n})`;
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function millimetres(metres: number): string {
  return `${(1000 * metres).toFixed(1)} mm`;
}
