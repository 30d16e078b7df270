import type { GateFractions } from "../evaluation/gate-tally.js";
import type { WorldReport } from "../evaluation/index.js";
import type { Summary } from "../evaluation/navigation.js";
import type { PlanningTime } from "../evaluation/planning-time.js";
import { tableLines } from "../evaluation/table.js";
import type { TaskSummary } from "../evaluation/task.js";

const percent = (v: number) => `${(100 * v).toFixed(0)} %`;
const number = (v: number | null, digits: number) => (v === null ? "–" : v.toFixed(digits));
const rate = (v: number, [low, high]: readonly [number, number]) => `${percent(v)} (${percent(low)}–${percent(high)})`;

/** For a terminal, of a world to drive about in: a row a driver, the gate's verdicts, and the controller's timing. */
export function navigationTable(summaries: Readonly<Record<string, Summary>>): string {
  const rows = Object.entries(summaries).map(([name, s]) => [
    name,
    rate(s.success, s.successInterval),
    rate(s.strict, s.strictInterval),
    `${s.detour.success}/${s.detour.episodes}`,
    String(s.collisions),
    number(s.pathRatio, 2),
    number(s.timeToGoalS, 1),
    number(s.drivenM, 1),
    percent(s.movingShare),
    `${number(s.planMs.p50, 1)} / ${number(s.planMs.p99, 1)}`,
    String(s.ticksMissed),
  ]);
  const head = [
    "driver",
    "reached (95 %)",
    "strictly",
    "with detour",
    "collisions",
    "path ratio",
    "time [s]",
    "driven [m]",
    "moving",
    "plan ms p50/p99",
    "ticks missed",
  ];
  const lines = tableLines(head, rows);
  for (const [name, { gate }] of Object.entries(summaries)) lines.push(gateLine(name, gate));
  if (summaries.model !== undefined) lines.push(planningLine(summaries.model));
  const timing = summaries.model?.realTime;
  if (timing !== undefined) {
    const { minutes, ticks, jitterUs: j, imageToCommandMs: l, planIntervalMs: p, residentMb: m } = timing;
    const late = [`p50 ${j.p50.toFixed(0)}`, `p99 ${j.p99.toFixed(0)}`, `p99.9 ${j.p999.toFixed(0)}`, `max ${j.max.toFixed(0)} µs`].join(
      ", ",
    );
    lines.push(
      `control: ${ticks} ticks in ${minutes.toFixed(1)} min, late by ${late}; picture to command p50 ${l.p50.toFixed(0)}, p99 ${l.p99.toFixed(0)} ms`,
      `plans: one every ${p.p50.toFixed(0)} ms (p99 ${p.p99.toFixed(0)}); controller's memory ${m.first.toFixed(0)} MB after the first episode, ${m.last.toFixed(0)} MB at the end`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** For a terminal, of a world with a task: a row a driver, and the gate's verdicts. */
export function taskTable(summaries: Readonly<Record<string, TaskSummary>>, unit: string): string {
  const rows = Object.entries(summaries).map(([name, s]) => [
    name,
    rate(s.success, s.successInterval),
    rate(s.strict, s.strictInterval),
    `${s.startError.toPrecision(3)} → ${s.finalError.toPrecision(3)}`,
    number(s.timeToGoalS, 1),
    `${number(s.planMs.p50, 1)} / ${number(s.planMs.p99, 1)}`,
  ]);
  const head = ["driver", "solved (95 %)", "strictly", `error [${unit}], medians`, "time [s]", "plan ms p50/p99"];
  const lines = tableLines(head, rows);
  for (const [name, { gate }] of Object.entries(summaries)) lines.push(gateLine(name, gate));
  if (summaries.model !== undefined) lines.push(planningLine(summaries.model));
  return `${lines.join("\n")}\n`;
}

/** For a terminal: a row a world, its model beside what chance reaches. */
export function overviewTable(reports: readonly WorldReport[]): string {
  const rows = reports.map((report) => {
    const { random } = report.drivers;
    const ends =
      report.kind === "task"
        ? `${report.startError.toPrecision(3)} → ${report.finalError.toPrecision(3)} ${report.unit}`
        : `${report.collisions} touches`;
    return [
      report.world,
      report.kind === "task" ? "state, by picture" : report.goal === "image" ? "place, by picture" : "place",
      rate(report.success, report.successInterval),
      rate(report.strict, report.strictInterval),
      random === undefined ? "–" : percent(random.success),
      ends,
      number(report.timeToGoalS, 1),
      `${number(report.planMs.p50, 1)} / ${number(report.planMs.p99, 1)}`,
    ];
  });
  const head = ["world", "goal", "reached (95 %)", "strictly", "random", "error (medians) or touches", "time [s]", "plan ms p50/p99"];
  return `${tableLines(head, rows).join("\n")}\n`;
}

function planningLine({ plansOverBudget, iterations }: PlanningTime): string {
  if (plansOverBudget === null) return "plans, model: none";
  return `plans, model: ${(100 * plansOverBudget).toFixed(1)} % over budget; iterations p10 ${number(iterations.p10, 0)}, p50 ${number(iterations.p50, 0)}`;
}

/** How the figures above were taken: the last line, since they mean nothing without it. */
export function timingLine({ timing, over, machine: { processors, load } }: WorldReport): string {
  const how =
    timing === "real-time"
      ? "real time: each plan played when it was made"
      : "deterministic: every plan granted its iterations, and played when its budget was over";
  return `${how}${over === "ros" ? ", over ROS 2" : ""}; ${processors} processors, load ${load.toFixed(1)}\n`;
}

function gateLine(driver: string, { ticks, pass, limited, slowdown, stop, stoppedBy }: GateFractions): string {
  if (ticks === 0) return `gate, ${driver}: it never drove`;
  const percent = (fraction: number | null) => `${(100 * fraction!).toFixed(1)} %`;
  const by = Object.entries(stoppedBy).map(([rule, n]) => `${rule} ${n}`);
  const stops = `stopped ${(100 * stop!).toFixed(2)} %${by.length > 0 ? ` (ticks: ${by.join(", ")})` : ""}`;
  return `gate, ${driver}: of ${ticks} ticks while driving, passed ${percent(pass)}, limited ${percent(limited)}, slowed down ${percent(slowdown)}, ${stops}`;
}
