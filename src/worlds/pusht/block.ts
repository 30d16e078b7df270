import { BoxShape, CircleShape, Vec2, World } from "planck";
import type { Random } from "../../core/random.js";
import { clamp, wrapAngle } from "../../math/angle.js";
import type { Contents } from "../table/contents.js";
import { type Picture, THING } from "../table/picture.js";
import type { Pusher } from "../table/pusher.js";
import { INSIDE_M, PHYSICS_STEP_S, type Point, PUSHER_RADIUS_M, PX_M } from "../table/table.js";

/** A length of the engine, whose tolerances are made for bodies of about 1: as wide as the block's bars, 30 pixels of PushT. */
const UNIT_M = 30 * PX_M;

/** From the centre of mass, in units, y up; halves of the sides. The centre is the mean of the two bars' own centres, as in PushT. */
const BAR = { x: 0, y: 1, halfX: 2, halfY: 0.5 } as const;
const STEM = { x: 0, y: -1, halfX: 0.5, halfY: 1.5 } as const;
const BARS = [BAR, STEM];
/** Middle of the bar's outer edge: what PushT calls the block's position. */
const ORIGIN_Y = 1.5;
/** From the centre of mass to the farthest corner. */
const EXTENT = Math.hypot(0.5, 2.5);
const OUTLINE: readonly (readonly [number, number])[] = [
  [-2, 1.5],
  [2, 1.5],
  [2, 0.5],
  [0.5, 0.5],
  [0.5, -2.5],
  [-0.5, -2.5],
  [-0.5, 0.5],
  [-2, 0.5],
];

const MASS = 1;
/** PushT's 3000 square pixels: twice the moment of the upper bar about its outer edge. */
const INERTIA = 3000 / (30 * 30);

const INSIDE = INSIDE_M / UNIT_M;
const RADIUS = PUSHER_RADIUS_M / UNIT_M;
/** The engine lets a disc and a polygon touch at 0.01. Farther apart nothing can happen in a step. */
const TOUCH = RADIUS + 0.02;
/** Deeper than this the pusher gets into the block only when the block is blocked by a wall. */
const DEEPEST = 0.1;

const ZERO = new Vec2(0, 0);
const SMOOTH = { density: 0, friction: 0, restitution: 0 };
const WALL_HALF = 2;
const VELOCITY_ITERATIONS = 10;
const POSITION_ITERATIONS = 4;

/** The block in a state: x, y of its centre of mass [m], angle [rad]. */
export const BLOCK_NUMBERS = 3;

/**
 * PushT's T. What that world gets by damping away all velocity before each step is done by setting it to zero: a block moves as far as a step's
 * contacts make it, and no farther. The engine (a Box2D) starts every step with an empty broad phase and no contacts, so that their order
 * and impulses are the same whatever happened before.
 */
export class Block implements Contents {
  readonly numbers = new Float64Array(BLOCK_NUMBERS);
  readonly quantities = [
    { name: "block.x", unit: "m" },
    { name: "block.y", unit: "m" },
    { name: "block.cos", unit: "1" },
    { name: "block.sin", unit: "1" },
  ];
  readonly pushM = 0.16;
  private readonly engine = new Engine();

  truth(): readonly number[] {
    const { xM, yM, angleRad } = blockPose(this.numbers);
    return [xM, yM, Math.cos(angleRad), Math.sin(angleRad)];
  }

  scatter(random: Random): void {
    const { numbers } = this;
    do {
      // 100 to 400 of 512 pixels, and any angle.
      const [xM, yM] = [(100 + 300 * random.uniform() - 256) * PX_M, (100 + 300 * random.uniform() - 256) * PX_M];
      const angleRad = Math.PI * (2 * random.uniform() - 1);
      numbers[0] = xM + Math.sin(angleRad) * ORIGIN_Y * UNIT_M;
      numbers[1] = yM - Math.cos(angleRad) * ORIGIN_Y * UNIT_M;
      numbers[2] = angleRad;
    } while (!this.isInside());
  }

  covers(xM: number, yM: number): boolean {
    return separation(this.numbers, xM, yM).distance < TOUCH;
  }

  step(pusher: Pusher): void {
    const { numbers } = this;
    if (separation(numbers, pusher.fromXM, pusher.fromYM).distance >= TOUCH) return;
    this.engine.step(numbers, pusher);
    this.stayInside();
    const { distance, normalX, normalY } = separation(numbers, pusher.xM, pusher.yM);
    const tooDeep = RADIUS - DEEPEST - distance;
    if (tooDeep > 0) pusher.holdBack(normalX, normalY, tooDeep * UNIT_M);
  }

  draw(picture: Picture): void {
    picture.polygon(outline(this.numbers), THING);
  }

  samplePoint(random: Random): Point {
    const [x, y] = OUTLINE[Math.floor(OUTLINE.length * random.uniform())]!;
    const [nextX, nextY] = OUTLINE[Math.floor(OUTLINE.length * random.uniform())]!;
    const fraction = random.uniform();
    return placed(this.numbers, x + fraction * (nextX - x), y + fraction * (nextY - y));
  }

  /** Between pusher and wall the engine settles for a little of either: here the wall wins, and then the block against the pusher. */
  private stayInside(): void {
    const { numbers } = this;
    const reachM = INSIDE_M - EXTENT * UNIT_M;
    if (Math.abs(numbers[0]!) < reachM && Math.abs(numbers[1]!) < reachM) return;
    const beyondM = [0, 0];
    for (const [i, atM] of outline(numbers).entries()) {
      const moreM = atM - clamp(atM, -INSIDE_M, INSIDE_M);
      if (Math.abs(moreM) > Math.abs(beyondM[i % 2]!)) beyondM[i % 2] = moreM;
    }
    numbers[0]! -= beyondM[0]!;
    numbers[1]! -= beyondM[1]!;
  }

  private isInside(): boolean {
    const corners = outline(this.numbers);
    return corners.every((value) => Math.abs(value) < INSIDE_M);
  }
}

/** Position as PushT counts it, and angle in [-π, π). @param numbers of a block */
export function blockPose(numbers: ArrayLike<number>): Point & { readonly angleRad: number } {
  return { ...placed(numbers, 0, ORIGIN_Y), angleRad: wrapAngle(numbers[2]!) };
}

/** Where the corners are: `[x0, y0, x1, y1, …]`, metres. */
export function outline(numbers: ArrayLike<number>): number[] {
  return OUTLINE.flatMap(([x, y]) => {
    const { xM, yM } = placed(numbers, x, y);
    return [xM, yM];
  });
}

/** A point of the block, given in units from its centre of mass. */
function placed(numbers: ArrayLike<number>, x: number, y: number): Point {
  const cos = Math.cos(numbers[2]!) * UNIT_M;
  const sin = Math.sin(numbers[2]!) * UNIT_M;
  return { xM: numbers[0]! + cos * x - sin * y, yM: numbers[1]! + sin * x + cos * y };
}

/** From the block to a point, in units: distance (negative inside), and the direction away from the block. */
function separation(numbers: ArrayLike<number>, xM: number, yM: number): { distance: number; normalX: number; normalY: number } {
  const cos = Math.cos(numbers[2]!);
  const sin = Math.sin(numbers[2]!);
  const dx = (xM - numbers[0]!) / UNIT_M;
  const dy = (yM - numbers[1]!) / UNIT_M;
  const x = cos * dx + sin * dy;
  const y = cos * dy - sin * dx;
  let distance = Number.POSITIVE_INFINITY;
  let awayX = 0;
  let awayY = 0;
  for (const bar of BARS) {
    const beyondX = Math.abs(x - bar.x) - bar.halfX;
    const beyondY = Math.abs(y - bar.y) - bar.halfY;
    const outX = Math.max(0, beyondX);
    const outY = Math.max(0, beyondY);
    const out = Math.sqrt(outX * outX + outY * outY);
    const here = out > 0 ? out : Math.max(beyondX, beyondY);
    if (here >= distance) continue;
    distance = here;
    const [shareX, shareY] = out > 0 ? [outX / out, outY / out] : beyondX > beyondY ? [1, 0] : [0, 1];
    awayX = Math.sign(x - bar.x) * shareX;
    awayY = Math.sign(y - bar.y) * shareY;
  }
  return { distance, normalX: cos * awayX - sin * awayY, normalY: sin * awayX + cos * awayY };
}

class Engine {
  private readonly world = new World({ gravity: ZERO, allowSleep: false, warmStarting: false, continuousPhysics: false });
  private readonly block = this.world.createBody({ type: "dynamic", active: false });
  private readonly pusher = this.world.createBody({ type: "kinematic", active: false });
  private readonly walls = this.world.createBody({ type: "static", active: false });
  private readonly position = new Vec2(0, 0);

  constructor() {
    for (const { x, y, halfX, halfY } of BARS) this.block.createFixture(new BoxShape(halfX, halfY, new Vec2(x, y)), SMOOTH);
    this.block.setMassData({ mass: MASS, center: ZERO, I: INERTIA });
    this.pusher.createFixture(new CircleShape(RADIUS), SMOOTH);
    const beyond = INSIDE + WALL_HALF;
    for (const side of [-1, 1]) {
      this.walls.createFixture(new BoxShape(WALL_HALF, beyond, new Vec2(side * beyond, 0)), SMOOTH);
      this.walls.createFixture(new BoxShape(beyond, WALL_HALF, new Vec2(0, side * beyond)), SMOOTH);
    }
  }

  /** Moves the block whose numbers these are. */
  step(numbers: Float64Array, { fromXM, fromYM, xM, yM }: Pusher): void {
    const { world, block, pusher, walls, position } = this;
    position.set(numbers[0]! / UNIT_M, numbers[1]! / UNIT_M);
    const nearWall = Math.max(Math.abs(position.x), Math.abs(position.y)) + EXTENT > INSIDE - 0.1;
    block.setTransform(position, numbers[2]!);
    block.setLinearVelocity(ZERO);
    block.setAngularVelocity(0);
    position.set(fromXM / UNIT_M, fromYM / UNIT_M);
    pusher.setTransform(position, 0);
    position.set((xM - fromXM) / UNIT_M / PHYSICS_STEP_S, (yM - fromYM) / UNIT_M / PHYSICS_STEP_S);
    pusher.setLinearVelocity(position);
    if (nearWall) walls.setActive(true);
    block.setActive(true);
    pusher.setActive(true);
    world.step(PHYSICS_STEP_S, VELOCITY_ITERATIONS, POSITION_ITERATIONS);
    const { x, y } = block.getPosition();
    numbers[0] = x * UNIT_M;
    numbers[1] = y * UNIT_M;
    numbers[2] = wrapAngle(block.getAngle());
    pusher.setActive(false);
    block.setActive(false);
    walls.setActive(false);
  }
}
