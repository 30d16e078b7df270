import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { Block, blockPose, outline } from "../../../../src/worlds/pusht/block.js";
import { Picture } from "../../../../src/worlds/table/picture.js";
import { Pusher } from "../../../../src/worlds/table/pusher.js";
import { INSIDE_M, PHYSICS_STEP_S, PUSHER_RADIUS_M, PX_M } from "../../../../src/worlds/table/table.js";

/** As long as the side of the block's bars is wide, and as far as its upper edge is above the centre of mass. */
const [WIDTH_M, TOP_M] = [30 * PX_M, 45 * PX_M];
/** Squared radius of gyration: 3000 square pixels. */
const GYRATION_M2 = 3000 * PX_M * PX_M;

function blockAt(xM: number, yM: number, angleRad: number): Block {
  const block = new Block();
  block.numbers.set([xM, yM, angleRad]);
  return block;
}

/** A pusher as near to the upper edge as a contact needs, going down, so far to the right of the centre of mass. */
function above(offsetM: number, speedMps: number): Pusher {
  const pusher = new Pusher();
  pusher.place(offsetM, TOP_M + PUSHER_RADIUS_M + 0.0002, 0, -speedMps);
  return pusher;
}

function push(block: Block, pusher: Pusher, vxMps: number, vyMps: number, steps: number): void {
  for (let i = 0; i < steps; i++) {
    pusher.step(vxMps, vyMps);
    block.step(pusher);
  }
}

describe("Block", () => {
  it("has PushT's shape, and its position where PushT has it", () => {
    const corners = outline([0, 0, 0]);
    const px = corners.map((value) => Math.round(value / PX_M));
    expect(px).toEqual([-60, 45, 60, 45, 60, 15, 15, 15, 15, -75, -15, -75, -15, 15, -60, 15]);
    const { xM, yM, angleRad } = blockPose([0.1, 0.2, Math.PI / 2]);
    expect([xM, yM, angleRad]).toEqual([expect.closeTo(0.1 - TOP_M, 12), expect.closeTo(0.2, 12), expect.closeTo(Math.PI / 2, 12)]);
  });

  it("does not turn when it is pushed through its centre of mass", () => {
    const block = blockAt(0, 0, 0);
    const pusher = above(0, 0.2);
    push(block, pusher, 0, -0.2, 100);
    expect(block.numbers[0]).toBeCloseTo(0, 9);
    expect(block.numbers[2]).toBeCloseTo(0, 9);
    expect(Math.abs(block.numbers[1]! - (pusher.yM - PUSHER_RADIUS_M - TOP_M))).toBeLessThan(0.0006);
    expect(block.numbers[1]).toBeLessThan(-0.15);
  });

  it.each([0.01, 0.03, -0.045, 0.08])(
    "shares a push %d m beside the centre of mass between going and turning as the moment of inertia says",
    (offsetM) => {
      const block = blockAt(0, 0, 0);
      const pusher = above(offsetM, 0.2);
      push(block, pusher, 0, -0.2, 1);
      const wayM = 0.2 * PHYSICS_STEP_S;
      const alongM = wayM / (1 + offsetM ** 2 / GYRATION_M2);
      expect(Math.abs(block.numbers[0]!)).toBeLessThan(1e-6);
      expect(block.numbers[1]! / -alongM).toBeCloseTo(1, 2);
      expect(block.numbers[2]! / ((-alongM * offsetM) / GYRATION_M2)).toBeCloseTo(1, 2);
    },
  );

  it("does the same wherever it lies and however it is turned", () => {
    const ends = [
      [0, 0, 0],
      [0.05, -0.1, 1],
      [-0.1, 0.04, -2.5],
    ].map(([xM, yM, angleRad]) => {
      const [cos, sin] = [Math.cos(angleRad!), Math.sin(angleRad!)];
      const block = blockAt(xM!, yM!, angleRad!);
      const pusher = new Pusher();
      const [x, y] = [0.04, TOP_M + PUSHER_RADIUS_M + 0.0002];
      pusher.place(xM! + cos * x - sin * y, yM! + sin * x + cos * y, 0.1 * sin, -0.1 * cos);
      // Commands on each axis are limited apart: a slow push has the same direction in every frame.
      push(block, pusher, 0.1 * sin, -0.1 * cos, 60);
      const [dx, dy] = [block.numbers[0]! - xM!, block.numbers[1]! - yM!];
      return [cos * dx + sin * dy, cos * dy - sin * dx, block.numbers[2]! - angleRad!];
    });
    for (const end of ends.slice(1)) for (const [i, value] of end.entries()) expect(value).toBeCloseTo(ends[0]![i]!, 5);
    expect(ends[0]![2]).toBeLessThan(-0.2);
  });

  it("stops at once when it is not pushed", () => {
    const block = blockAt(0, 0, 0);
    const pusher = above(0.03, 0.7);
    push(block, pusher, 0, -0.7, 20);
    push(block, pusher, 0, 0.7, 30);
    const rest = block.numbers.slice();
    push(block, pusher, 0, 0.7, 30);
    expect(block.numbers).toEqual(rest);
  });

  it("gives the same step from the same numbers, whatever the engine did before", () => {
    const random = seededRandom(3);
    const used = blockAt(0, 0, 0);
    for (let i = 0; i < 60; i++) {
      const pusher = new Pusher();
      used.scatter(random);
      do pusher.place(0.35 * (2 * random.uniform() - 1), 0.35 * (2 * random.uniform() - 1));
      while (!used.covers(pusher.xM, pusher.yM));
      pusher.vxMps = random.uniform() - 0.5;
      const { xM, yM, vxMps } = pusher;
      const fresh = blockAt(used.numbers[0]!, used.numbers[1]!, used.numbers[2]!);
      push(used, pusher, 0.3, 0.1, 15);
      const again = new Pusher();
      again.place(xM, yM, vxMps, 0);
      push(fresh, again, 0.3, 0.1, 15);
      expect(fresh.numbers).toEqual(used.numbers);
      expect([again.xM, again.yM]).toEqual([pusher.xM, pusher.yM]);
    }
  });

  it("stays inside the walls, and the pusher outside of it, however it is pressed", () => {
    const random = seededRandom(5);
    let deepest = 0;
    let farthest = 0;
    for (let episode = 0; episode < 8; episode++) {
      const block = new Block();
      block.scatter(random);
      const pusher = new Pusher();
      do pusher.place(0.35 * (2 * random.uniform() - 1), 0.35 * (2 * random.uniform() - 1));
      while (block.covers(pusher.xM, pusher.yM));
      for (let tick = 0; tick < 40; tick++) {
        // Mostly straight at the block, at any speed, wherever it is.
        const [dx, dy] = [block.numbers[0]! - pusher.xM, block.numbers[1]! - pusher.yM];
        const speed = (0.75 * random.uniform()) / Math.hypot(dx, dy);
        const aside = random.normal();
        push(block, pusher, speed * (dx - 0.5 * aside * dy), speed * (dy + 0.5 * aside * dx), 10);
        farthest = Math.max(farthest, ...outline(block.numbers).map(Math.abs));
        deepest = Math.max(deepest, depth(block, pusher));
      }
    }
    expect(farthest).toBeLessThan(INSIDE_M + 1e-9);
    expect(deepest).toBeLessThan(0.006);
  });

  it("covers as many pixels as it is large", () => {
    const picture = new Picture(64);
    const empty = picture.rgb.slice();
    blockAt(0.03, 0.05, 0.7).draw(picture);
    const pixels = picture.rgb.reduce((sum, value, i) => sum + (i % 3 === 0 ? (empty[i]! - value) / (226 - 24) : 0), 0);
    expect(pixels * 8 * 8).toBeCloseTo(120 * 30 + 90 * 30, -2);
  });
});

/** How deep the pusher is in the block, metres; 0: not at all. */
function depth(block: Block, { xM, yM }: Pusher): number {
  const [x0, y0, angleRad] = block.numbers as unknown as [number, number, number];
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  const x = cos * (xM - x0) + sin * (yM - y0);
  const y = cos * (yM - y0) - sin * (xM - x0);
  const beyond = (halfX: number, halfY: number, centreY: number) =>
    Math.hypot(Math.max(0, Math.abs(x) - halfX), Math.max(0, Math.abs(y - centreY) - halfY));
  return (
    PUSHER_RADIUS_M - Math.min(beyond(2 * WIDTH_M, WIDTH_M / 2, WIDTH_M), beyond(WIDTH_M / 2, 1.5 * WIDTH_M, -WIDTH_M), PUSHER_RADIUS_M)
  );
}
