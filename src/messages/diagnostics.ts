import { visibleLine } from "../core/visible-text.js";
import { type HeaderMessage, header } from "./stamp.js";

export interface DiagnosticStatusMessage {
  readonly level: number;
  readonly name: string;
  readonly message: string;
  readonly hardware_id: string;
  readonly values: readonly { readonly key: string; readonly value: string }[];
}

export interface DiagnosticArrayMessage {
  readonly header: HeaderMessage;
  readonly status: readonly DiagnosticStatusMessage[];
}

export const DIAGNOSTIC_LEVELS = { ok: 0, warn: 1, error: 2, stale: 3 } as const;
export type DiagnosticLevel = keyof typeof DIAGNOSTIC_LEVELS;

/** What a part says of its health; numbers carry their unit in the key, as in `plan_age_ms`. */
export interface DiagnosticReport {
  readonly level: DiagnosticLevel;
  readonly message: string;
  readonly values: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** @param name REP-107: node and part, as in `rehearse: controller` */
export function diagnosticStatus(name: string, hardwareId: string, report: DiagnosticReport): DiagnosticStatusMessage {
  return {
    level: DIAGNOSTIC_LEVELS[report.level],
    name,
    message: visibleLine(report.message),
    hardware_id: hardwareId,
    values: Object.entries(report.values).map(([key, value]) => ({ key: visibleLine(key), value: visibleLine(written(value)) })),
  };
}

export function diagnosticArray(stampNs: bigint, status: DiagnosticStatusMessage[]): DiagnosticArrayMessage {
  return { header: header(stampNs, ""), status };
}

export function worstLevel(...levels: readonly DiagnosticLevel[]): DiagnosticLevel {
  return levels.reduce((worst, level) => (DIAGNOSTIC_LEVELS[level] > DIAGNOSTIC_LEVELS[worst] ? level : worst), "ok");
}

export function levelFromMessage(level: number): DiagnosticLevel {
  return (Object.keys(DIAGNOSTIC_LEVELS) as DiagnosticLevel[]).find((name) => DIAGNOSTIC_LEVELS[name] === level) ?? "error";
}

function written(value: string | number | boolean | undefined): string {
  if (value === undefined) return "none";
  // Diagnostics are read by people: six digits are enough, and 0.30000000000000004 is noise.
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}
