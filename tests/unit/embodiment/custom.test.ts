import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { SafetyGate } from "../../../src/control/gate.js";
import { driving, scan, twist } from "../guardrails/robot.js";

/** A base that turns and drives as a differential one does; what is put in comes last, and wins. `after` changes its velocity `[vx, vy, w]`. */
const MODULE = (body: string, after = "") => `export default (rehearse) => ({
  velocityAfter: (robot) => ([vx, vy, w], [vxC, vyC, wC], s) => {
    let v = [rehearse.speedAfter(robot, 0, vx, vxC, s), 0, rehearse.yawRateAfter(robot, w, wC, s)];
    ${after}
    return v;
  },
  ${body}
})`;
const MOVING = (after: string) => MODULE("", after);

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bodies-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The robot of rooms with a body of its own; each module is loaded once, so that each has a file of its own. */
function robotWith(text: string, more = "", limit = "") {
  const name = `body-${count++}.mjs`;
  writeFileSync(join(folder, name), text);
  const path = join(folder, "robot.yaml");
  const rooms = readFileSync("calibration/rooms/robot.yaml", "utf8");
  writeFileSync(path, `${rooms.replace(/^drive: .*$/m, `drive: ./${name}`).replace(/^limits:$/m, `limits:\n${limit}`)}\n${more}`);
  return readRobotFile(path);
}

const refused = (text: string, code: string, what: RegExp, more?: string) =>
  expect(() => robotWith(text, more)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(what) }));

describe("a body that a robot file names by its module", () => {
  test("is judged by the gate as one that comes along", () => {
    const rooms = readRobotFile("calibration/rooms/robot.yaml");
    for (const state of [driving(0.5, 0, { scan: scan(1) }), driving(0.5, 1, { scan: scan(0.5) }), driving(0, 0, { scan: scan(4) })])
      for (const command of [twist(0.6), twist(0.3, 1.5), twist(-0.3)]) {
        const [own, known] = [robotWith(MODULE("")), rooms].map((robot) => new SafetyGate(robot).admit(command, state));
        expect(own!.kind).toBe(known!.kind);
        expect(own!.command).toEqual({
          kind: "twist",
          vxMps: expect.closeTo((known!.command as { vxMps: number }).vxMps, 2),
          vyMps: 0,
          yawRateRps: expect.closeTo((known!.command as { yawRateRps: number }).yawRateRps, 2),
        });
      }
  });

  test("has numbers of its own, within the bounds that it declares", () => {
    const own = `ownNumbers: { track_width_m: { unit: "m", min: 0.1, max: 1 } }`;
    expect(robotWith(MODULE(own), "track_width_m: 0.4").own).toEqual({ track_width_m: 0.4 });
    refused(MODULE(own), "RH-ROBOT-SCHEMA", /track_width_m is missing/);
    expect(() => new SafetyGate(robotWith(MODULE(own), "track_width_m: 3"))).toThrow(
      expect.objectContaining({ code: "RH-ROBOT-CEILING", message: expect.stringContaining("track_width_m is 3 m") }),
    );
  });

  test("keeps the gate to commands that it can follow", () => {
    const robot = robotWith(MODULE("feasible: () => ([vx, vy, w]) => [vx, vy, Math.sign(w) * Math.min(Math.abs(w), Math.abs(vx))]"));
    const last = twist(0.6, 0.6);
    const { command } = new SafetyGate({ ...robot, scanner: undefined }).admit(twist(0.6, 2), driving(0.6, 0.6, { lastOutput: last }));
    expect(command).toEqual(twist(0.6, 0.6));
  });

  test("goes sideways when it says so, at the speed that the file allows", () => {
    const aside = "sideways: true";
    refused(MODULE(aside, "v[1] = rehearse.speedAfter(robot, 1, vy, vyC, s);"), "RH-ROBOT-SCHEMA", /sideways_mps is missing/);
    const robot = robotWith(MODULE(aside, "v[1] = rehearse.speedAfter(robot, 1, vy, vyC, s);"), "", "  sideways_mps: 0.2");
    const state = driving(0, 0, { lastOutput: { ...twist(0), vyMps: 0.2 } });
    expect(new SafetyGate({ ...robot, scanner: undefined }).admit(twist(0, 0, 1), state).command).toMatchObject({ vyMps: 0.2 });
  });

  test.each([
    ["", /gives no body/],
    ["export default () => ({})", /gives no body/],
    ["export default async () => ({})", /waits/],
    [MODULE("feasible: 3"), /feasible, which is no function/],
    [MODULE('sideways: "yes"'), /sideways by something else/],
    [MODULE("ownNumbers: { 'limits.forward_mps': { unit: 'm/s', min: 0, max: 9 } }"), /own number "limits.forward_mps"/],
    [MODULE("ownNumbers: { width_m: { unit: 'm', min: 0, max: Infinity } }"), /width_m without a unit, and bounds/],
  ])("is refused when it has another shape: %#", (text, what) => refused(text, "RH-EMBODIMENT-SHAPE", what));

  test.each([
    ["throw new Error('no motors')", /no motors/],
    ["export default () => { throw new Error('no motors'); }", /no motors/],
    ["import 'nowhere-to-be-found'; export default () => ({})", /nowhere-to-be-found/],
    ["await new Promise(() => {}); export default () => ({})", /can't be loaded/],
  ])("is refused when it can't be loaded: %#", (text, what) => refused(text, "RH-EMBODIMENT-LOAD", what));

  test.each([
    ["never gets going", MOVING("v[0] = vx;"), /rises more slowly/],
    ["stops at once", MOVING("if (vxC === 0) v[0] = 0;"), /falls faster/],
    ["brakes twice as hard", MOVING("if (vxC === 0) v[0] = Math.max(0, v[0] - robot.limits.decelerationMps2 * s);"), /falls faster/],
    ["gets faster than commanded", MOVING("v[0] *= 1.5;"), /leaves the range/],
    ["goes sideways and has not said so", MOVING("v[1] = 0.1;"), /sideways speed leaves the range/],
    ["turns without limit", MOVING("v[2] = 50;"), /yaw rate is beyond/],
    ["turns at once", MOVING("v[2] = wC;"), /yaw rate changes faster/],
    ["says NaN", MOVING("v[2] = NaN;"), /yaw rate is NaN/],
    ["says a text", MOVING("v[0] = String(v[0]);"), /which is no number/],
    ["says too little", MOVING("v.length = 1;"), /sideways speed is undefined/],
    ["says nothing", MOVING("v = undefined;"), /throws/],
    ["throws", MOVING("throw new Error('no motors');"), /throws: no motors/],
    ["changes the robot", MOVING("robot.limits.forwardMps = 9;"), /read only/],
    ["is never the same", MOVING("v[2] += 1e-3 * Math.random();"), /the same motion twice/],
    ["turns at rest", MOVING("v[2] += 1e-6;"), /at rest, commanded to rest/],
    ["takes half of the time for all of it", MOVING("v[2] = w + (v[2] - w) * (s < 0.02 ? 0 : 1);"), /half of the time/],
    ["makes commands faster", MODULE("feasible: () => ([vx, vy, w]) => [2 * vx, vy, w]"), /makes a command faster/],
    ["turns commands round", MODULE("feasible: () => ([vx, vy, w]) => [-vx, vy, w]"), /makes a command faster/],
    ["loses an axis", MODULE("feasible: () => ([vx]) => [vx]"), /another number of values/],
    [
      "can follow fast commands alone",
      MODULE("feasible: () => ([vx, vy, w]) => Math.abs(vx) > 0.25 ? [vx, vy, w] : [0, 0, 0]"),
      /none when it is scaled/,
    ],
  ])("is refused when it %s", (_, text, what) => refused(text, "RH-EMBODIMENT-CONTRACT", what));

  test("that changes its mind once it drives stops the robot", () => {
    const robot = robotWith(MOVING("if (globalThis.__lies) v[0] = 0;"));
    const gate = new SafetyGate(robot);
    const state = driving(0.5, 0, { scan: scan(3), lastOutput: twist(0.5) });
    expect(gate.admit(twist(0.5), state).kind).toBe("pass");
    (globalThis as { __lies?: boolean }).__lies = true;
    try {
      const later = driving(0.5, 0, { scan: scan(3), lastOutput: twist(0.5), nowNs: state.nowNs + 20_000_000n });
      const verdict = gate.admit(twist(0.4), later);
      expect(verdict.kind).toBe("stop");
      expect(JSON.stringify(verdict)).toMatch(/failed/);
    } finally {
      delete (globalThis as { __lies?: boolean }).__lies;
    }
  });
});
