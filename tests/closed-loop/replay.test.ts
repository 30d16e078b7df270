import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../src/data/collect.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { type ReplayStep, replay } from "../../src/lockstep/replay.js";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { BagFile } from "../../src/recording/bag-file.js";
import { BagReader } from "../../src/recording/bag-reader.js";

const setup = loadSetup(["model=tests/fixtures/tiny-model"]);
const goal = { xM: 1, yM: -1 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "replay-"));
  await collect({ world: "rooms", episodes: 1, seconds: 6, seed: 900, out: join(folder, "bag"), cameraHz: 10 }, () => {});
});
afterAll(() => rm(folder, { recursive: true }));

async function steps(parameters = setup, target = goal): Promise<ReplayStep[]> {
  const all: ReplayStep[] = [];
  await replay(join(folder, "bag"), target, parameters, (step) => all.push(step));
  return all;
}

describe("replay", () => {
  it("same bag, same seed: the same commands, bit for bit", async () => {
    expect(await steps()).toEqual(await steps());
  });

  it("another goal gives other commands", async () => {
    const given = (all: ReplayStep[]) => all.map((s) => s.given);
    expect(given(await steps())).not.toEqual(given(await steps(setup, { xM: -1.5, yM: 1.5 })));
  });

  it("covers the whole bag at control rate, beside what was recorded", async () => {
    const all = await steps();
    expect(all.length).toBeGreaterThanOrEqual(120);
    expect(all.length).toBeLessThanOrEqual(122);
    expect(all.filter((s) => s.recorded === undefined).length).toBeLessThanOrEqual(1);
    expect(new Set(all.map((s) => s.mode))).toContain("tracking");
  });

  it("refuses a goal as the controller does", async () => {
    await expect(steps(setup, { xM: 50, yM: 50 })).rejects.toMatchObject({ code: "RH-GOAL-ARENA" });
  });

  it("stands where the nodes would refuse what was measured, and says what and why", async () => {
    const odometry = await changed("odometry", "/odom", (message) => {
      const { pose } = (message as { pose: { pose: { orientation: object } } }).pose;
      pose.orientation = { x: 0, y: 0, z: 0, w: 0 };
    });
    expect(odometry.modes).toEqual(["stopped"]);
    expect(odometry.leftOut).toEqual([expect.stringMatching(/^\/odom: 12[0-9] messages refused, first RH-ODOM-NAN/)]);
    const images = await changed("image", "/image", (message) => Object.assign(message as object, { width: 32, height: 128, step: 96 }));
    expect(images.modes).toEqual(["stopped"]);
    expect(images.leftOut).toEqual([expect.stringMatching(/^\/image: 6[01] frames held back, RH-FRAME-SIZE/)]);
  });

  it("says nothing of a bag that reached the controller whole", async () => {
    expect(await changed("nothing", "", () => {})).toMatchObject({ leftOut: [], modes: expect.arrayContaining(["tracking"]) });
  });
});

/** The bag with each message of one topic changed, replayed. */
async function changed(name: string, topic: string, change: (message: unknown) => void) {
  const path = join(folder, `${name}.mcap`);
  const bag = await BagFile.create(path);
  for await (const { topic: from, type, logNs, message } of (await BagReader.open(join(folder, "bag"))).messages()) {
    if (from === topic) change(message);
    bag.write({ name: from, type, qos: RELIABLE_QOS }, message, logNs);
  }
  await bag.close();
  const modes = new Set<string>();
  const { leftOut } = await replay(path, goal, setup, ({ mode }) => modes.add(mode));
  return { modes: [...modes], leftOut };
}
