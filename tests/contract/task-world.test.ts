import { describe, expect, it } from "vitest";
import type { Command } from "../../src/core/command.js";
import { STRICT_TICKS, type TaskWorld } from "../../src/core/world.js";
import { seededRandom } from "../../src/math/random.js";
import { taskWorldDefinition, WORLD_NAMES, worldDefinition } from "../../src/worlds/index.js";

/** Seeds of tests lie above those of evaluation (0 to 99) and below those of training. */
const SEED = 5000;

function picture(world: TaskWorld, sizePx = 64): string {
  return Buffer.from(world.frame(sizePx).rgb).toString("base64");
}

describe.each(WORLD_NAMES.filter((name) => worldDefinition(name).type === "task"))("TaskWorld %s", (name) => {
  const definition = taskWorldDefinition(name);
  const tickNs = BigInt(Math.round(definition.controlPeriodS * 1e9));
  const build = (seed = SEED) => definition.create({ seed });
  const tick = (world: TaskWorld, command: Command) => {
    world.command(command);
    world.advance(tickNs);
  };

  /** Explores for so many ticks: the commands, and what was before each of them and after the last. */
  function explored(seed: number, ticks: number) {
    const world = build(seed);
    const explorer = definition.explorer(world, seededRandom(seed));
    const commands: Command[] = [];
    const states = [world.save()];
    const pictures = [picture(world)];
    for (let i = 0; i < ticks; i++) {
      commands.push(explorer.next());
      tick(world, commands[i]!);
      states.push(world.save());
      pictures.push(picture(world));
    }
    return { world, commands, states, pictures };
  }

  it("moves only by advance, and by exactly that much time", () => {
    const { world, commands } = explored(SEED, 5);
    const before = world.save();
    const seen = picture(world);
    world.odometry?.();
    world.truth();
    expect(world.save()).toEqual(before);
    expect(picture(world)).toBe(seen);
    world.command(commands[0]!);
    const { stampNs } = world;
    world.advance(123_456_789n);
    for (const it of [world, world.frame(), world.odometry?.() ?? world]) expect(it.stampNs).toBe(stampNs + 123_456_789n);
  });

  it("is decided by its seed and its commands, not by how time is divided", () => {
    const { commands, states, pictures } = explored(SEED, 40);
    expect(explored(SEED, 40)).toMatchObject({ commands, states, pictures });
    expect(build(SEED + 1).save()).not.toEqual(build(SEED).save());
    const divided = build();
    for (const command of commands) {
      divided.command(command);
      for (const shareNs of [13_000_000n, 50_000_000n, 7_000_001n, tickNs - 70_000_001n]) divided.advance(shareNs);
    }
    expect(divided.truth()).toEqual(explored(SEED, 40).world.truth());
    expect(picture(divided)).toBe(pictures.at(-1));
  });

  it("goes on bit for bit from where it is restored, in a world with another past, pictures included", () => {
    for (let seed = SEED; seed < SEED + 4; seed++) {
      const { commands, states, pictures } = explored(seed, 50);
      const { world } = explored(seed + 100, 10);
      for (const from of [0, 23, 41]) {
        world.restore(states[from]!);
        expect(picture(world)).toBe(pictures[from]);
        for (let i = from; i < commands.length; i++) {
          tick(world, commands[i]!);
          if (picture(world) !== pictures[i + 1]) expect.fail(`seed ${seed}: another picture at tick ${i + 1}, restored at ${from}`);
        }
        expect(world.save()).toEqual(states.at(-1));
      }
    }
  });

  it("restores in the middle of things: between steps, with commands under way", () => {
    const options = { seed: SEED, commandDelayS: 0.03 };
    const { commands } = explored(SEED, 30);
    const world = definition.create(options);
    for (const command of commands.slice(0, 20)) tick(world, command);
    world.command(commands[20]!);
    world.advance(tickNs / 4n);
    world.command(commands[21]!);
    const state = world.save();
    const after = (of: TaskWorld) => {
      of.advance(37_000_000n);
      of.command(commands[22]!);
      of.advance(900_000_000n);
      return of.save();
    };
    const expected = after(world);
    const other = definition.create({ ...options, seed: SEED + 1 });
    other.advance(31_000_000n);
    other.restore(state);
    expect(after(other)).toEqual(expected);
  });

  it("tells finite numbers, as many as it names", () => {
    const { world } = explored(SEED, 20);
    expect(world.truth()).toHaveLength(world.quantities.length);
    for (const value of world.truth()) expect(Number.isFinite(value)).toBe(true);
    for (const value of world.save()) expect(Number.isFinite(value)).toBe(true);
  });

  it("draws whole pictures of the size asked for, one buffer each", () => {
    const world = build();
    for (const size of [32, 64, 97, 256]) {
      const { width, height, rgb } = world.frame(size);
      expect([width, height, rgb.length, rgb.byteLength]).toEqual([size, size, size * size * 3, rgb.buffer.byteLength]);
    }
    expect(() => world.frame(7)).toThrow(
      expect.objectContaining({ code: "RH-WORLD-CAMERA", details: { sizePx: 7, minPx: 8, maxPx: expect.any(Number) } }),
    );
    expect(() => world.frame(64.5)).toThrow(
      expect.objectContaining({ code: "RH-WORLD-CAMERA", details: expect.objectContaining({ sizePx: 64.5 }) }),
    );
  });

  it("stops by itself when commands end", () => {
    const { world } = explored(SEED, 20);
    world.advance(2_000_000_000n);
    const rest = world.truth();
    world.advance(1_000_000_000n);
    for (const [i, value] of world.truth().entries()) expect(value).toBeCloseTo(rest[i]!, 9);
  });

  it("judges a goal to be reached in it, errors from nothing up, and never strictly what not customarily", () => {
    const { goal } = definition.episode(SEED);
    expect(definition.judge(goal, goal)).toEqual({ error: 0, benchmark: true, strict: true });
    for (const state of explored(SEED, 60).states) {
      const { error, benchmark, strict } = definition.judge(state, goal);
      expect(error).toBeGreaterThanOrEqual(0);
      if (strict) expect(benchmark).toBe(true);
    }
  });

  if (name !== "granular-sweep")
    it("judges a distance: none from a state to itself, the same from both sides", () => {
      const { states } = explored(SEED, 60);
      for (let i = 0; i < 30; i++) {
        expect(definition.judge(states[i]!, states[i]!)).toEqual({ error: 0, benchmark: true, strict: true });
        expect(definition.judge(states[i]!, states[2 * i]!).error).toBeCloseTo(definition.judge(states[2 * i]!, states[i]!).error, 9);
      }
    });

  it("has episodes by seed, unsolved at the start, that their demonstration solves and that can be held", () => {
    for (let seed = SEED; seed < SEED + 3; seed++) {
      const { start, goal, demonstration } = definition.episode(seed);
      expect(definition.episode(seed)).toEqual({ start, goal, demonstration });
      expect(definition.judge(start, goal).benchmark).toBe(false);
      if (demonstration === undefined) continue;
      expect(demonstration.length).toBeLessThanOrEqual(definition.budgetTicks);
      const world = build(seed + 500);
      world.restore(start);
      for (const command of demonstration) tick(world, command);
      expect(definition.judge(world.save(), goal)).toEqual({ error: 0, benchmark: true, strict: true });
      for (let i = 0; i < STRICT_TICKS; i++) {
        tick(world, { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 });
        expect(definition.judge(world.save(), goal).strict).toBe(true);
      }
    }
  });
});
