import { expect, it } from "vitest";
import { holdsBack } from "../../../src/control/holds-back.js";
import { STOP_TWIST } from "../../../src/core/command.js";
import type { Verdict } from "../../../src/core/gate.js";
import type { ViolationId } from "../../../src/core/violation.js";

const limited = (...ids: ViolationId[]): Verdict => ({
  kind: "limited",
  command: STOP_TWIST,
  because: ids.map((id) => ({ id, value: 1, limit: 0, unit: "1" })),
});

it.each([
  [{ kind: "pass", command: STOP_TWIST } as const, false],
  [limited("acceleration"), false],
  [limited("acceleration", "acceleration.jerk"), false],
  [limited("acceleration", "braking-distance"), true],
  [limited("acceleration.failed"), true],
])("a robot that only changes its speed is not held back: %j is %s", (verdict, expected) => expect(holdsBack(verdict)).toBe(expected));
