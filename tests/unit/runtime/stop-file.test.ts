import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { StopFile, stopFilePath } from "../../../src/runtime/stop-file.js";

describe("the file that keeps the emergency stop", () => {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-stop-"));
  const file = new StopFile(join(folder, "state", "stop.json"));

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("says what was written, and that nothing is pressed while there is none", async () => {
    expect(file.read()).toEqual({ latched: false, held: [] });
    await file.write({ latched: true, held: ["ab"] });
    expect(file.read()).toEqual({ latched: true, held: ["ab"] });
    await file.write({ latched: false, held: [] });
    expect(file.read()).toEqual({ latched: false, held: [] });
    expect(readdirSync(join(folder, "state"))).toEqual(["stop.json"]);
  });

  it.each(["", "{", "null", '{"latched":1,"held":[]}', '{"latched":false}'])("that holds %j is refused", async (text) => {
    await file.write({ latched: false, held: [] });
    writeFileSync(file.path, text);
    expect(() => file.read()).toThrow(expect.objectContaining({ code: "RH-ESTOP-LATCH" }));
    expect(readFileSync(file.path, "utf8")).toBe(text);
  });

  it("is one a domain, node and robot, in the folder for states", () => {
    const path = (node: string, robot: string, env: NodeJS.ProcessEnv) => stopFilePath(node, robot, env);
    expect(path("/left/guard", "rooms", { XDG_STATE_HOME: "/s", ROS_DOMAIN_ID: "7" })).toBe(
      "/s/rehearse/emergency-stop-7-.left.guard-rooms.json",
    );
    expect(path("/guard", "../x", { ROS_HOME: "/r" })).toBe("/r/state/rehearse/emergency-stop-0-.guard-.x.json");
  });
});
