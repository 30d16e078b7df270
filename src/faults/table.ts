import { tableLines } from "../evaluation/table.js";
import type { CampaignReport } from "./campaign.js";
import type { Line, Spread } from "./summary.js";

const HEAD = ["fault", "repeats", "touches", "zero [ms]", "allowed", "rest [ms]", "went on", "after [ms]", "stopped by", ""];

const GAIN_HEAD = ["gained from the first trial to the last", "trials", "cycles between", "controller", "guard"];

/** For a terminal. */
export function tableText(report: CampaignReport): string {
  const lines = tableLines(HEAD, report.faults.map(cells));
  const gains = report.faults.flatMap(gain);
  const gained = gains.length > 0 ? ["", ...tableLines(GAIN_HEAD, gains)] : [];
  return [...lines, ...gained, "", "times: median / 99 % / longest, from the fault on", ...remarks(report)]
    .map((line) => `${line}\n`)
    .join("");
}

/** For docs/reference/faults.md. */
export function tableMarkdown(report: CampaignReport): string {
  const row = (texts: readonly string[]) => `| ${texts.join(" | ")} |\n`;
  const head = ["fault", "what is done", ...HEAD.slice(1, -1)];
  const rows = report.faults.map((line) => row([`\`${line.name}\``, line.what, ...cells(line).slice(1, -1)]));
  const gains = report.faults.flatMap(gain).map(([name, ...more]) => row([`\`${name}\``, ...more]));
  const gained = gains.length > 0 ? `\n${row(GAIN_HEAD)}${row(GAIN_HEAD.map(() => "---"))}${gains.join("")}` : "";
  return `${row(head)}${row(head.map(() => "---"))}${rows.join("")}${gained}\n${remarks(report).join("\n")}\n`;
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

/** What controller and guard hold more of after the last trial than after the first: a line a fault that one of them lived through. */
function gain({ name, growth, cycles = 0, trialCount }: Line): string[][] {
  if (Object.keys(growth).length === 0) return [];
  const signed = (value: number, digits: number) => `${value < 0 ? "" : "+"}${value.toFixed(digits)}`;
  const cell = (process: string) => {
    const gained = growth[process];
    if (gained === undefined) return "–";
    const text = `${signed(gained.residentMb, 1)} MB, ${signed(gained.files, 0)} files, ${signed(gained.threads, 0)} threads`;
    return cycles > 0 ? `${text} (${signed((1024 * gained.residentMb) / cycles, 1)} kB a cycle)` : text;
  };
  return [[name, String(trialCount), cycles > 0 ? String(cycles) : "–", cell("controller"), cell("guard")]];
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
