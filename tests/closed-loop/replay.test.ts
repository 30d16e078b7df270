import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../src/data/collect.js";
import { loadSetup } from "../../src/lockstep/load-setup.js";
import { type ReplayStep, replay } from "../../src/lockstep/replay.js";

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
});
