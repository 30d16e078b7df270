import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TwistCommand } from "../../../../src/core/command.js";
import { wrapAngle } from "../../../../src/math/angle.js";
import { seededRandom } from "../../../../src/math/random.js";
import { tensor } from "../../../../src/math/tensor.js";
import { DifferentialDrive, driveStep } from "../../../../src/motion/differential-drive.js";
import { REALISTIC_NOISE, ROOMS_BODY, RoomsWorld } from "../../../../src/worlds/rooms/rooms-world.js";

/** Even over the range in steps of a thousandth; `fc.double` would be even over exponents, so nearly always close to 0. */
const within = (limit: number) => fc.integer({ min: -1000 * limit, max: 1000 * limit }).map((n) => n / 1000);

const TICK_NS = 50_000_000n;
const twist = (vxMps: number, yawRateRps: number): TwistCommand => ({ kind: "twist", vxMps, vyMps: 0, yawRateRps });

function drive(world: RoomsWorld, command: TwistCommand, ticks: number): void {
  for (let i = 0; i < ticks; i++) {
    world.command(command);
    world.advance(TICK_NS);
  }
}

/** A digest of every frame, odometry and scan of a drive with random commands, one a tick. */
function record(world: RoomsWorld, seed: number, ticks: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: ticks }, () => {
    world.command(twist(random.uniform() - 0.3, 4 * random.uniform() - 2));
    world.advance(TICK_NS);
    const { odomFromBase, twistInBase, stampNs } = world.odometry();
    return createHash("sha256")
      .update(world.frame().rgb)
      .update(new Uint8Array(world.scan().rangesM.buffer))
      .update(JSON.stringify([odomFromBase, twistInBase, String(stampNs)]))
      .digest("hex");
  });
}

describe("RoomsWorld: time and seeds", () => {
  it("gives byte for byte the same for the same seed and commands, with noise too", () => {
    for (const noise of [undefined, REALISTIC_NOISE]) {
      const options = { seed: 11, ...(noise && { noise }) };
      expect(record(new RoomsWorld(options), 1, 200)).toEqual(record(new RoomsWorld(options), 1, 200));
    }
  });

  it("starts over on reset, whatever happened before", () => {
    const world = new RoomsWorld({ seed: 5 });
    const first = record(world, 2, 100);
    record(world, 3, 100);
    world.reset(5);
    expect(world.stampNs).toBe(0n);
    expect(world.collisions).toBe(0);
    expect(record(world, 2, 100)).toEqual(first);
  });

  it("replays a drive from a pose at which the robot was placed", () => {
    const world = new RoomsWorld({ seed: 5 });
    record(world, 7, 60);
    const pose = { xM: -0.6, yM: 0.4, yawRad: -2.5 };
    const frames = () => {
      world.place(pose);
      expect(world.odomFromBase).toEqual(pose);
      const random = seededRandom(8);
      return Array.from({ length: 100 }, () => {
        drive(world, twist(random.uniform() - 0.3, 4 * random.uniform() - 2), 1);
        return createHash("sha256").update(world.frame().rgb).digest("hex");
      });
    };
    const first = frames();
    expect(new Set(first).size).toBeGreaterThan(50);
    expect(frames()).toEqual(first);
  });

  it("differs between seeds: door and start", () => {
    const worlds = Array.from({ length: 200 }, (_, seed) => new RoomsWorld({ seed }));
    const doors = worlds.map((world) => world.map.doorYM);
    expect(new Set(doors).size).toBe(200);
    expect(Math.min(...doors)).toBeGreaterThan(-1.3);
    expect(Math.max(...doors)).toBeLessThan(1.3);
    expect(Math.min(...doors)).toBeLessThan(-1.2);
    expect(Math.max(...doors)).toBeGreaterThan(1.2);
    for (const side of [-1, 1]) expect(worlds.filter((world) => world.odomFromBase.xM * side > 0).length).toBeGreaterThan(70);
  });

  it("moves the same, bit for bit, however the time is cut at multiples of 12.5 ms", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), within(0.6), within(2), (cuts, v, w) => {
        const whole = new RoomsWorld({ seed: 3 });
        const cut = new RoomsWorld({ seed: 3 });
        for (const world of [whole, cut]) world.command(twist(v, w));
        for (const n of cuts) cut.advance(BigInt(n) * 12_500_000n);
        whole.advance(cut.stampNs);
        expect(cut.odometry()).toEqual(whole.odometry());
      }),
    );
  });

  it("moves nearly the same when cut anywhere", () => {
    const whole = new RoomsWorld({ seed: 3, doorYM: 0 });
    const cut = new RoomsWorld({ seed: 3, doorYM: 0 });
    for (const world of [whole, cut]) {
      world.place({ xM: -1, yM: 0, yawRad: 0 });
      world.command(twist(0.5, 1));
    }
    whole.advance(400_000_000n);
    for (let i = 0; i < 40; i++) cut.advance(i % 2 ? 3_141_593n : 16_858_407n);
    expect(cut.stampNs).toBe(whole.stampNs);
    expect(cut.odomFromBase.xM).toBeCloseTo(whole.odomFromBase.xM, 3);
    expect(cut.odomFromBase.yawRad).toBeCloseTo(whole.odomFromBase.yawRad, 3);
  });

  it("counts time from its start and never goes back", () => {
    const world = new RoomsWorld({ seed: 1, startNs: 1_700_000_000_000_000_001n });
    world.advance(1n);
    expect(world.stampNs).toBe(1_700_000_000_000_000_002n);
    expect(world.frame().stampNs).toBe(world.stampNs);
    expect(() => world.advance(-1n)).toThrow(RangeError);
  });
});

describe("RoomsWorld: driving", () => {
  const clear = () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    world.place({ xM: -1.7, yM: 1, yawRad: 0 });
    return world;
  };

  it("clamps commands to what the body can do, and ignores vy", () => {
    for (const [asked, reached] of [
      [twist(5, 0), 0.6],
      [twist(-5, 0), -0.3],
    ] as const) {
      const world = clear();
      world.place({ xM: -1, yM: 1, yawRad: asked.vxMps > 0 ? Math.PI / 2 : 0 });
      drive(world, { ...asked, vyMps: 3 }, asked.vxMps > 0 ? 18 : 25);
      expect(world.odometry().twistInBase.vxMps).toBeCloseTo(reached, 1);
      expect(Math.abs(world.odometry().twistInBase.vxMps)).toBeLessThanOrEqual(Math.abs(reached));
      expect(world.odometry().twistInBase.vyMps).toBe(0);
    }
    const world = clear();
    drive(world, twist(0, 50), 30);
    expect(world.odometry().twistInBase.yawRateRps).toBeCloseTo(2, 3);
    for (let i = 0; i < 100; i++) {
      drive(world, twist(0, 2), 1);
      expect(Math.abs(world.odomFromBase.yawRad)).toBeLessThanOrEqual(Math.PI);
    }
  });

  it("accelerates at 1 m/s² and brakes at 1.2 m/s²", () => {
    const world = clear();
    drive(world, twist(0.6, 0), 4);
    expect(world.odometry().twistInBase.vxMps).toBeCloseTo(0.2, 9);
    drive(world, twist(0, 0), 1);
    expect(world.odometry().twistInBase.vxMps).toBeCloseTo(0.14, 9);
  });

  it("is the analytic motion model where nothing is touched", () => {
    const world = clear();
    world.place({ xM: -1, yM: 0.3, yawRad: 0.4 });
    const random = seededRandom(9);
    const commands = Float32Array.from({ length: 40 * 3 }, (_, i) =>
      i % 3 === 0 ? 0.4 * random.uniform() - 0.2 : i % 3 === 2 ? 4 * random.uniform() - 2 : 0,
    );
    const motion = new DifferentialDrive(ROOMS_BODY.response).rollout(world.odometry(), tensor(commands, [1, 40, 3]), 0.05);
    let state = { pose: world.odomFromBase, twist: world.odometry().twistInBase };
    for (let t = 0; t < 40; t++) {
      const [v, w] = [commands[t * 3]!, commands[t * 3 + 2]!];
      state = driveStep(state, { vxMps: v, yawRateRps: w }, 0.05, ROOMS_BODY.response);
      drive(world, twist(v, w), 1);
      const { odomFromBase, twistInBase } = world.odometry();
      expect(odomFromBase.xM).toBeCloseTo(state.pose.xM, 9);
      expect(odomFromBase.yM).toBeCloseTo(state.pose.yM, 9);
      expect(wrapAngle(odomFromBase.yawRad - state.pose.yawRad)).toBeCloseTo(0, 9);
      expect(twistInBase.vxMps).toBeCloseTo(state.twist.vxMps, 9);
      expect(motion.get(0, t, 0)).toBeCloseTo(odomFromBase.xM, 6);
      expect(motion.get(0, t, 1)).toBeCloseTo(odomFromBase.yM, 6);
    }
    expect(world.collisions).toBe(0);
  });

  it("obeys a command for 0.5 s, then brakes to a stop", () => {
    const world = clear();
    world.command(twist(0.3, 0));
    world.advance(500_000_000n);
    const { vxMps } = world.odometry().twistInBase;
    expect(vxMps).toBeGreaterThan(0.28);
    world.advance(12_500_000n);
    expect(world.odometry().twistInBase.vxMps).toBeCloseTo(vxMps - 1.2 * 0.0125, 9);
    world.advance(1_500_000_000n);
    expect(Math.abs(world.odometry().twistInBase.vxMps)).toBeLessThan(1e-4);
  });

  it("obeys late by the delay it was made with: bit for bit the same drive, later", () => {
    const [prompt, late] = [0, 0.2].map((commandDelayS) => new RoomsWorld({ seed: 3, commandDelayS }));
    late!.advance(0n);
    const trace = (world: RoomsWorld, ticks: number) =>
      Array.from({ length: ticks }, (_, i) => {
        world.command(twist(i < 10 ? 0.3 : 0, i < 5 ? 1 : -1));
        world.advance(TICK_NS);
        return [world.odomFromBase, world.odometry().twistInBase];
      });
    const early = trace(prompt!, 20);
    const later = trace(late!, 24);
    expect(later[3]).toEqual([later[0]![0], { vxMps: 0, vyMps: 0, yawRateRps: 0 }]);
    expect(later.slice(4, 24)).toEqual(early);
  });

  it("ends a command's life inside a long advance, and where it is off the grid", () => {
    const [whole, cut] = [clear(), clear()];
    for (const world of [whole, cut]) {
      world.advance(7_000_000n);
      world.command(twist(0.3, 1));
    }
    whole.advance(2_000_000_000n);
    for (const ns of [5_500_000n, 487_500_000n, 7_000_000n, 1_500_000_000n]) cut.advance(ns);
    expect(whole.odometry()).toEqual(cut.odometry());
  });

  it("stops for commands that are no numbers, and refuses other kinds", () => {
    const world = clear();
    drive(world, twist(0.3, 0), 10);
    const before = world.odometry().twistInBase.vxMps;
    drive(world, twist(Number.NaN, 0), 1);
    expect(world.odometry().twistInBase.vxMps).toBeLessThan(before);
    drive(world, twist(0.2, Number.POSITIVE_INFINITY), 60);
    expect(world.odometry().twistInBase.vxMps).toBeCloseTo(0, 6);
    expect(() => world.command({ kind: "joint-velocities", velocitiesRps: [1] })).toThrow(
      expect.objectContaining({ code: "RH-WORLD-COMMAND" }),
    );
  });
});

describe("RoomsWorld: contact", () => {
  it("stops at a wall and counts one touch until it has left it", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    world.place({ xM: -0.8, yM: 1, yawRad: 0 });
    drive(world, twist(0.6, 0), 60);
    expect(world.odomFromBase.xM).toBeCloseTo(-0.25, 9);
    expect(Math.abs(world.odometry().twistInBase.vxMps)).toBeLessThan(0.02);
    expect(world.collisions).toBe(1);
    drive(world, twist(-0.3, 0), 10);
    expect(world.collisions).toBe(1);
    drive(world, twist(0.6, 0), 60);
    expect(world.collisions).toBe(2);
  });

  it("slides along a wall, slower than free, and counts the corner's other side once more", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    world.place({ xM: -1, yM: -1.8, yawRad: Math.PI + 0.2 });
    drive(world, twist(0.6, 0), 30);
    expect(world.collisions).toBe(1);
    expect(world.odomFromBase.yM).toBeCloseTo(-1.85, 9);
    const { vxMps } = world.odometry().twistInBase;
    expect(vxMps).toBeGreaterThan(0.05);
    expect(vxMps).toBeLessThan(0.55);
    drive(world, twist(0.6, 0), 100);
    expect(world.odomFromBase.xM).toBeCloseTo(-1.85, 9);
    expect(world.odomFromBase.yM).toBeCloseTo(-1.85, 9);
    expect(world.collisions).toBe(2);
  });

  it("slides around the corner of a door post", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    world.place({ xM: -0.8, yM: -0.3, yawRad: 0 });
    drive(world, twist(0.6, 0), 100);
    expect(world.odomFromBase.xM).toBeGreaterThan(0.1);
    expect(world.collisions).toBe(1);
  });

  it("counts no new touch for a fraction of a millimetre, but one after being placed at the wall again", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    const atWall = { xM: -0.25, yM: 1, yawRad: 0 };
    const nudge = (v: number) => {
      world.command(twist(v, 0));
      world.advance(25_000_000n);
    };
    world.place(atWall);
    nudge(0.6);
    expect(world.collisions).toBe(1);
    nudge(-0.3);
    expect(world.odomFromBase.xM).toBeLessThan(-0.25);
    expect(world.odomFromBase.xM).toBeGreaterThan(-0.251);
    for (let i = 0; i < 4; i++) nudge(0.6);
    expect(world.odomFromBase.xM).toBeCloseTo(-0.25, 9);
    expect(world.collisions).toBe(1);
    world.place(atWall);
    nudge(0.6);
    expect(world.collisions).toBe(2);
  });

  it("turns in place at a wall without touching it again", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    world.place({ xM: -0.25, yM: 1, yawRad: 0 });
    expect(world.collisions).toBe(0);
    drive(world, twist(0, 2), 60);
    expect(world.collisions).toBe(0);
  });

  it("never lets the disc into a wall or out of the arena, and loses no speed limit, whatever the commands", () => {
    const command = fc.record({ v: within(1), w: within(3), ticks: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.array(command, { minLength: 5, maxLength: 20 }), (seed, commands) => {
        const world = new RoomsWorld({ seed });
        let touches = 0;
        for (const { v, w, ticks } of commands) {
          for (let i = 0; i < ticks; i++) {
            world.command(twist(v, w));
            world.advance(12_500_000n);
            const { odomFromBase, twistInBase } = world.odometry();
            expect(world.isFree(odomFromBase.xM, odomFromBase.yM, 0)).toBe(true);
            expect(twistInBase.vxMps).toBeGreaterThanOrEqual(-0.3);
            expect(twistInBase.vxMps).toBeLessThanOrEqual(0.6);
            expect(Math.abs(twistInBase.yawRateRps)).toBeLessThanOrEqual(2);
            expect(world.collisions).toBeGreaterThanOrEqual(touches);
            touches = world.collisions;
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("RoomsWorld: places and pictures", () => {
  it("refuses to place the robot where it would touch something", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    for (const pose of [
      { xM: 0, yM: 1, yawRad: 0 },
      { xM: -0.2, yM: 1, yawRad: 0 },
      { xM: 1.9, yM: 0, yawRad: 0 },
      { xM: 5, yM: 0, yawRad: 0 },
      { xM: 1, yM: Number.NaN, yawRad: 0 },
      { xM: 1, yM: 0, yawRad: Number.POSITIVE_INFINITY },
    ]) {
      const before = world.odometry();
      expect(() => world.place(pose)).toThrow(expect.objectContaining({ code: "RH-WORLD-POSE" }));
      expect(world.odometry()).toEqual(before);
    }
    world.place({ xM: 0, yM: 0, yawRad: 1 });
    expect(world.odometry()).toEqual({
      stampNs: 0n,
      odomFromBase: { xM: 0, yM: 0, yawRad: 1 },
      twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 },
    });
  });

  it("is at rest after being placed, whatever was commanded", () => {
    const world = new RoomsWorld({ seed: 1, doorYM: 0 });
    drive(world, twist(0.6, 2), 10);
    world.command(twist(0.6, 0));
    world.place({ xM: 1, yM: 1, yawRad: 0 });
    world.advance(200_000_000n);
    expect(world.odomFromBase).toEqual({ xM: 1, yM: 1, yawRad: 0 });
  });

  it("samples poses with clearance, in both rooms, all over, in all headings", () => {
    const world = new RoomsWorld({ seed: 1 });
    const random = seededRandom(3);
    const poses = Array.from({ length: 2000 }, () => world.samplePose(random, 0.2));
    for (const { xM, yM } of poses) expect(world.isFree(xM, yM, 0.2)).toBe(true);
    const mean = (f: (p: (typeof poses)[number]) => number) => poses.reduce((sum, p) => sum + f(p), 0) / poses.length;
    expect(Math.abs(mean((p) => Math.sign(p.xM)))).toBeLessThan(0.1);
    expect(Math.abs(mean((p) => p.yM))).toBeLessThan(0.1);
    expect(Math.abs(mean((p) => Math.cos(p.yawRad)))).toBeLessThan(0.06);
    expect(Math.abs(mean((p) => Math.sin(p.yawRad)))).toBeLessThan(0.06);
    expect(() => world.samplePose(random, 3)).toThrow(expect.objectContaining({ code: "RH-WORLD-CLEARANCE" }));
  });

  it("shows itself as frameAt shows its pose", () => {
    const world = new RoomsWorld({ seed: 2 });
    record(world, 1, 30);
    expect(world.frameAt(world.odomFromBase)).toEqual(world.frame());
    expect(world.frame(96)).toMatchObject({ width: 96, height: 96, stampNs: world.stampNs });
    expect(world.frame(96).rgb).toHaveLength(96 * 96 * 3);
    expect(new RoomsWorld({ seed: 2, cameraSizePx: 32 }).frame().rgb).toHaveLength(32 * 32 * 3);
  });

  it("knows no way into a wall", () => {
    const world = new RoomsWorld({ seed: 2, doorYM: 0 });
    expect(world.shortestPathM({ xM: -1, yM: 0 }, { xM: 0, yM: 1.5 })).toBe(Number.POSITIVE_INFINITY);
    expect(world.shortestPathM({ xM: -1, yM: 0 }, { xM: 1, yM: 0 })).toBe(2);
  });
});

describe("RoomsWorld: sensors", () => {
  it("tells the truth unless asked for noise", () => {
    const world = new RoomsWorld({ seed: 2, doorYM: 0 });
    world.place({ xM: -1, yM: 0, yawRad: 0 });
    const scan = world.scan();
    expect(scan).toMatchObject({ stampNs: 0n, angleMinRad: -Math.PI, angleIncrementRad: Math.PI / 60, rangeMinM: 0.05, rangeMaxM: 6 });
    expect(scan.rangesM[60]).toBeCloseTo(3, 6);
  });

  it("adds noise of the size asked for, the same when read twice, and leaves the motion alone", () => {
    const noise = { speedMps: 0.02, yawRateRps: 0.05, rangeM: 0.01 };
    const [noisy, plain] = [new RoomsWorld({ seed: 2, noise }), new RoomsWorld({ seed: 2 })];
    const errors: { v: number; w: number; range: number }[] = [];
    for (let i = 0; i < 1000; i++) {
      for (const world of [noisy, plain]) drive(world, twist(0.1, 0.5), 1);
      expect(noisy.odometry()).toEqual(noisy.odometry());
      expect(noisy.scan()).toEqual(noisy.scan());
      expect(noisy.odomFromBase).toEqual(plain.odomFromBase);
      const [a, b] = [noisy.odometry(), plain.odometry()];
      expect(a.odomFromBase).toEqual(b.odomFromBase);
      errors.push({
        v: a.twistInBase.vxMps - b.twistInBase.vxMps,
        w: a.twistInBase.yawRateRps - b.twistInBase.yawRateRps,
        range: noisy.scan().rangesM[7]! - plain.scan().rangesM[7]!,
      });
    }
    const deviation = (key: "v" | "w" | "range") => Math.sqrt(errors.reduce((sum, e) => sum + e[key] ** 2, 0) / errors.length);
    // 1000 samples: the deviation is known to about 2 %.
    expect(Math.abs(deviation("v") / 0.02 - 1)).toBeLessThan(0.08);
    expect(Math.abs(deviation("w") / 0.05 - 1)).toBeLessThan(0.08);
    expect(Math.abs(deviation("range") / 0.01 - 1)).toBeLessThan(0.08);
  });

  it("steps and draws more than 1,000 frames a second", () => {
    const world = new RoomsWorld({ seed: 2 });
    record(world, 1, 100);
    const startMs = performance.now();
    for (let i = 0; i < 2000; i++) {
      drive(world, twist(0.4, 1), 2);
      world.frame();
    }
    expect(2000 / ((performance.now() - startMs) / 1000)).toBeGreaterThan(1000);
  });
});
