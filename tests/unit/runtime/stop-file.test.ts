import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

  it("is written over where a second file can't be made, as on a full disk", async () => {
    await file.write({ latched: false, held: [] });
    mkdirSync(`${file.path}.next`);
    await file.write({ latched: true, held: ["ab", "cd"] });
    expect(file.read()).toEqual({ latched: true, held: ["ab", "cd"] });
  });

  it("may be begun by several at the same time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearse-stop-"));
    const files = Array.from({ length: 20 }, (_, i) => new StopFile(join(folder, "a", "b", `${i}.json`)));
    await Promise.all(files.map((each) => each.write({ latched: true, held: [] })));
    for (const each of files) expect(each.read().latched).toBe(true);
  });

  it("that can't be written is refused, with what to do", async () => {
    const nowhere = new StopFile("/proc/rehearse/stop.json");
    expect(nowhere.read()).toEqual({ latched: false, held: [] });
    await expect(nowhere.write({ latched: true, held: [] })).rejects.toMatchObject({ code: "RH-ESTOP-WRITE" });
  });

  it("is one a domain and commanded topic, in the folder for states, whatever the guard's name and robot file", () => {
    expect(stopFilePath("/left/cmd_vel", "", { XDG_STATE_HOME: "/s", ROS_DOMAIN_ID: "7" })).toBe(
      "/s/rehearse/emergency-stop-7-.left.cmd_vel.json",
    );
    expect(stopFilePath("/cmd_vel", "standby", { ROS_HOME: "/r" })).toBe("/r/state/rehearse/emergency-stop-0-.cmd_vel-standby.json");
  });
});
