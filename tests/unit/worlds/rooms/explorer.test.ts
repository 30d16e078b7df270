import { beforeAll, describe, expect, it } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { seededRandom } from "../../../../src/math/random.js";
import { ROOMS } from "../../../../src/worlds/rooms/definition.js";
import { RoomsWorld } from "../../../../src/worlds/rooms/rooms-world.js";

interface Sample {
  readonly command: TwistCommand;
  readonly xM: number;
  readonly yM: number;
  readonly yawRad: number;
  readonly vxMps: number;
  readonly yawRateRps: number;
  readonly collisions: number;
}

function explore(seed: number, ticks: number): Sample[] {
  const world = new RoomsWorld({ seed });
  const explorer = ROOMS.explorer(world, seededRandom(seed).fork("explore"));
  return Array.from({ length: ticks }, () => {
    const command = explorer.next() as TwistCommand;
    world.command(command);
    world.advance(50_000_000n);
    return { command, ...world.odomFromBase, ...world.odometry().twistInBase, collisions: world.collisions };
  });
}

const share = (value: number, low: number, high: number, cells: number) =>
  Math.min(cells - 1, Math.floor(((value - low) / (high - low)) * cells));

/** How many samples fall into each cell. */
function histogram(samples: readonly Sample[], cell: (s: Sample) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const s of samples) counts.set(cell(s), (counts.get(cell(s)) ?? 0) + 1);
  return counts;
}

describe("The explorer of rooms", () => {
  const EPISODES = 60;
  const TICKS = 600; // 30 s each: half an hour in all
  let episodes: Sample[][];
  let all: Sample[];

  beforeAll(() => {
    episodes = Array.from({ length: EPISODES }, (_, seed) => explore(seed, TICKS));
    all = episodes.flat();
  });

  it("drives the same for the same seed, differently for another", () => {
    expect(explore(7, 400)).toEqual(explore(7, 400));
    expect(explore(7, 5)).not.toEqual(explore(8, 5));
  });

  it("keeps within the body's limits", () => {
    const inside = ({ command: { vxMps, vyMps, yawRateRps } }: Sample) =>
      vxMps >= -0.3 && vxMps <= 0.6 && vyMps === 0 && Math.abs(yawRateRps) <= 2;
    expect(all.filter((sample) => !inside(sample))).toEqual([]);
  });

  it("goes through the door at least twice a minute", () => {
    let crossings = 0;
    for (const samples of episodes) {
      let side = Math.sign(samples[0]!.xM);
      for (const { xM } of samples) {
        if (Math.abs(xM) < 0.25 || Math.sign(xM) === side) continue;
        crossings++;
        side = Math.sign(xM);
      }
    }
    expect(crossings).toBeGreaterThan(2 * 30);
  });

  it("commands every part of the range of actions, bounds included", () => {
    const counts = histogram(all, ({ command }) => `${share(command.vxMps, -0.3, 0.6, 8)} ${share(command.yawRateRps, -2, 2, 8)}`);
    expect(counts.size).toBe(64);
    // Evenly spread, a cell would hold 1/64 = 1.6 %.
    for (const count of counts.values()) expect(count / all.length).toBeGreaterThan(0.002);
    for (const count of counts.values()) expect(count / all.length).toBeLessThan(0.08);
    for (const bound of [-0.3, 0.6]) expect(all.filter(({ command }) => command.vxMps === bound).length).toBeGreaterThan(0.02 * all.length);
    for (const bound of [-2, 2])
      expect(all.filter(({ command }) => command.yawRateRps === bound).length).toBeGreaterThan(0.02 * all.length);
  });

  it("moves at every speed, and also stands still", () => {
    const counts = histogram(all, (s) => `${share(s.vxMps, -0.3, 0.6, 6)} ${share(s.yawRateRps, -2, 2, 6)}`);
    expect(counts.size).toBe(36);
    for (const count of counts.values()) expect(count / all.length).toBeGreaterThan(0.001);
    expect(all.filter((s) => Math.abs(s.vxMps) < 0.02 && Math.abs(s.yawRateRps) < 0.05).length).toBeGreaterThan(0.003 * all.length);
  });

  it("is everywhere in the rooms, in every heading", () => {
    const counts = histogram(
      all,
      (s) => `${share(s.xM, -1.85, 1.85, 8)} ${share(s.yM, -1.85, 1.85, 8)} ${share(s.yawRad, -Math.PI, Math.PI, 4)}`,
    );
    expect(counts.size).toBeGreaterThan(0.95 * 256);
  });

  it("touches walls now and then, not most of the time", () => {
    const touches = episodes.reduce((sum, samples) => sum + samples.at(-1)!.collisions, 0);
    const perMinute = touches / 30;
    expect(perMinute).toBeGreaterThan(1);
    expect(perMinute).toBeLessThan(12);
  });

  it("never gets stuck", () => {
    for (const samples of episodes) {
      for (let t = 0; t + 300 <= samples.length; t += 100) {
        const part = samples.slice(t, t + 300);
        const spread = (key: "xM" | "yM") => Math.max(...part.map((s) => s[key])) - Math.min(...part.map((s) => s[key]));
        expect(spread("xM") + spread("yM")).toBeGreaterThan(0.15);
      }
    }
  });
});
