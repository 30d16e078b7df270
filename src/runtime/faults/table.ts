import { tableLines } from "../table.js";
import type { CampaignReport } from "./campaign.js";
import type { Line, Spread } from "./summary.js";

const HEAD = ["fault", "repeats", "touches", "zero [ms]", "allowed", "rest [ms]", "went on", "after [ms]", "stopped by", ""];

/** For a terminal. */
export function tableText(report: CampaignReport): string {
  const lines = tableLines(HEAD, report.faults.map(cells));
  return [...lines, "", "times: median / 99 % / longest, from the fault on", ...remarks(report)].map((line) => `${line}\n`).join("");
}

/** For docs/faults.md. */
export function tableMarkdown(report: CampaignReport): string {
  const row = (texts: readonly string[]) => `| ${texts.join(" | ")} |\n`;
  const head = ["fault", "what is done", ...HEAD.slice(1, -1)];
  const rows = report.faults.map((line) => row([`\`${line.name}\``, line.what, ...cells(line).slice(1, -1)]));
  return `${row(head)}${row(head.map(() => "---"))}${rows.join("")}\n${remarks(report).join("\n")}\n`;
}

function cells(line: Line): string[] {
  return [
    line.name,
    String(line.repeats),
    line.allowed.touches === undefined ? `${line.touches} (counted only)` : String(line.touches),
    times(line.zeroMs, line.zeros, line.repeats),
    line.allowed.zeroMs === undefined ? "may go on" : `${line.allowed.zeroMs}`,
    times(line.restMs, line.rests, line.repeats),
    `${line.recovered} of ${line.trialCount}`,
    times(line.recoveryMs, line.recovered, line.trialCount),
    line.stoppedBy.length > 0 ? line.stoppedBy.join("; ") : "–",
    line.objections.length === 0 ? "ok" : line.objections.join("; "),
  ];
}

function times(spread: Spread | undefined, came: number, repeats: number): string {
  if (spread === undefined) return "–";
  const text = [spread.p50, spread.p99, spread.max].map((ms) => ms.toFixed(0)).join(" / ");
  return came === repeats ? text : `${text} (${came} of ${repeats})`;
}

function remarks({ leftOut, machine, observerLateMs, wallS, faults }: CampaignReport): string[] {
  const sum = (of: (line: Line) => number) => faults.reduce((total, line) => total + of(line), 0);
  const trials = sum((line) => line.trialCount);
  const unmeasured = trials - sum((line) => line.repeats);
  return [
    `${trials} trials in ${wallS.toFixed(0)} s on ${machine.processors} processors with a load of ${machine.load.toFixed(1)}, Node.js ${machine.node}; the measuring program was late by ${observerLateMs.toFixed(0)} ms at most`,
    ...(unmeasured > 0
      ? [`in ${unmeasured} of them the measuring program was held up too long: they count for touches, not for times`]
      : []),
    ...(leftOut.length > 0 ? [`no time was left for: ${leftOut.join(", ")}`] : []),
  ];
}
