import { readRobotFile } from "../../src/config/robot-file.js";
import type { JointState, Odometry, Pose2 } from "../../src/core/body.js";
import { type Command, valuesOf } from "../../src/core/command.js";
import type { Random } from "../../src/core/random.js";
import type { RobotDescription } from "../../src/core/robot-description.js";
import type { LaserScan } from "../../src/core/sensors.js";
import { restOf } from "../../src/guardrails/axes.js";
import { ConvexPolygons } from "../../src/math/convex-polygons.js";
import { type DriveState, driveStep } from "../../src/motion/differential-drive.js";
import { approach } from "../../src/motion/lag.js";

/** A body that does what its robot file says, among things that can be hit. */
export interface Simulation {
  command(command: Command): void;
  advance(stepS: number): void;
  odometry(stampNs: bigint): Odometry | undefined;
  joints(stampNs: bigint): JointState | undefined;
  scan(stampNs: bigint): LaserScan | undefined;
  /** Least distance to what must not be hit, metres or radians; below 0: hit. */
  readonly roomLeft: number;
  /** How fast the body itself moves towards what is nearest, m/s or rad/s. */
  readonly ramsPerS: number;
}

export interface Subject {
  readonly robot: RobotDescription;
  /** @param moves whether something of the scene moves */
  simulation(random: Random, moves: boolean): Simulation;
}

interface Post {
  xM: number;
  yM: number;
  readonly radiusM: number;
  readonly vxMps: number;
  readonly vyMps: number;
}

const BEAMS = 120;
/** For corners, which see walls at an angle. */
const FINE_BEAMS = 720;
const ARENA_M = 1.6;

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  differential: base(readRobotFile("calibration/rooms/robot.yaml")),
  omnidirectional: base(readRobotFile("calibration/omni/robot.yaml")),
  // What it is told acts as late as the ceilings allow.
  late: base(late(readRobotFile("calibration/rooms/robot.yaml"), 0.5)),
  // Longer than it is wide, with its axle not in the middle.
  polygon: base(readRobotFile("calibration/cart/robot.yaml")),
  joints: arm(readRobotFile("calibration/arm/robot.yaml")),
};

function late(robot: RobotDescription, commandDelayS: number): RobotDescription {
  return { ...robot, response: { ...robot.response, commandDelayS } };
}

function base(robot: RobotDescription): Subject {
  return { robot, simulation: (random, moves) => new Base(robot, random, moves) };
}

function arm(robot: RobotDescription): Subject {
  return { robot, simulation: (random) => new Arm(robot, random) };
}

/** A base in a square room with posts: each at least as wide as lies between two beams where braking begins. */
class Base implements Simulation {
  private state: DriveState;
  private commanded: Command;
  private readonly posts: Post[] = [];
  private readonly response;
  private readonly polygons: ConvexPolygons | undefined;

  constructor(
    private readonly robot: RobotDescription,
    random: Random,
    moves: boolean,
  ) {
    const { limits, response, footprint } = robot;
    this.polygons = footprint.polygonsM && new ConvexPolygons(footprint.polygonsM);
    this.response = {
      timeConstantS: response.timeConstantS,
      maxAccelerationMps2: limits.accelerationMps2,
      maxDecelerationMps2: limits.decelerationMps2,
      maxYawAccelerationRps2: limits.yawAccelerationRps2,
      sideways: robot.drive === "omnidirectional",
    };
    this.state = {
      pose: { xM: 0, yM: 0, yawRad: 2 * Math.PI * random.uniform() },
      twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 },
    };
    this.commanded = restOf(robot);
    const free = robot.footprint.radiusM + robot.clearanceM + 0.01;
    for (let i = 0; i < 6; i++) {
      const radiusM = 0.04 + 0.15 * random.uniform();
      const awayM = free + radiusM + (ARENA_M - free) * random.uniform();
      const bearing = 2 * Math.PI * random.uniform();
      this.posts.push({ xM: awayM * Math.cos(bearing), yM: awayM * Math.sin(bearing), radiusM, vxMps: 0, vyMps: 0 });
    }
    if (moves) {
      // Comes from afar, roughly towards the robot.
      const [bearing, aside, speed] = [2 * Math.PI * random.uniform(), random.uniform() - 0.5, 0.5 + 0.5 * random.uniform()];
      const [xM, yM] = [1.5 * Math.cos(bearing) - aside * Math.sin(bearing), 1.5 * Math.sin(bearing) + aside * Math.cos(bearing)];
      // Alone: what is seen past something else is seen in part only, and its velocity not known.
      this.posts.splice(0);
      this.posts.push({ xM, yM, radiusM: 0.15, vxMps: -speed * Math.cos(bearing), vyMps: -speed * Math.sin(bearing) });
    }
  }

  get ramsPerS(): number {
    if (this.polygons) {
      const later = driveStep(this.state, this.state.twist, 1e-3, { ...this.response, timeConstantS: 0 });
      return (this.roomAt(this.state.pose) - this.roomAt(later.pose)) / 1e-3;
    }
    const { xM, yM, yawRad } = this.state.pose;
    const { vxMps, vyMps } = this.state.twist;
    const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
    const moves = this.posts.at(-1)!;
    const [dx, dy] = [moves.xM - xM, moves.yM - yM];
    return ((vxMps * cos - vyMps * sin) * dx + (vxMps * sin + vyMps * cos) * dy) / Math.hypot(dx, dy);
  }

  get roomLeft(): number {
    return this.roomAt(this.state.pose);
  }

  private roomAt({ xM, yM, yawRad }: Pose2): number {
    const { polygons } = this;
    if (polygons) {
      const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
      const posts = this.posts.map(({ xM: x, yM: y, radiusM }) => {
        const [dx, dy] = [x - xM, y - yM];
        return polygons.distance(dx * cos + dy * sin, dy * cos - dx * sin) - radiusM;
      });
      const walls = Array.from({ length: polygons.vertices.length / 2 }, (_, i) => {
        const [x, y] = [polygons.vertices[2 * i]!, polygons.vertices[2 * i + 1]!];
        return ARENA_M - Math.max(Math.abs(xM + x * cos - y * sin), Math.abs(yM + x * sin + y * cos));
      });
      return Math.min(...walls, ...posts);
    }
    const walls = Math.min(ARENA_M - Math.abs(xM), ARENA_M - Math.abs(yM));
    const posts = this.posts.map((post) => Math.hypot(post.xM - xM, post.yM - yM) - post.radiusM);
    return Math.min(walls, ...posts) - this.robot.footprint.radiusM;
  }

  command(command: Command): void {
    this.commanded = command;
  }

  advance(stepS: number): void {
    const [vxMps = 0, vyMps = 0, yawRateRps = 0] = valuesOf(this.commanded);
    this.state = driveStep(this.state, { vxMps, vyMps, yawRateRps }, stepS, this.response);
    for (const post of this.posts) {
      post.xM += post.vxMps * stepS;
      post.yM += post.vyMps * stepS;
    }
  }

  odometry(stampNs: bigint): Odometry {
    return { stampNs, odomFromBase: this.state.pose, twistInBase: this.state.twist };
  }

  joints(): undefined {
    return undefined;
  }

  scan(stampNs: bigint): LaserScan {
    const { xM, yM, yawRad } = this.state.pose;
    const beams = this.polygons ? FINE_BEAMS : BEAMS;
    const angleIncrementRad = (2 * Math.PI) / beams;
    const rangesM = Float32Array.from({ length: beams }, (_, i) => {
      const [cos, sin] = [Math.cos(yawRad - Math.PI + i * angleIncrementRad), Math.sin(yawRad - Math.PI + i * angleIncrementRad)];
      let range = Math.min((Math.sign(cos) * ARENA_M - xM) / cos, (Math.sign(sin) * ARENA_M - yM) / sin);
      for (const post of this.posts) {
        const [dx, dy] = [post.xM - xM, post.yM - yM];
        const along = dx * cos + dy * sin;
        const aside2 = dx * dx + dy * dy - along * along;
        if (along > 0 && aside2 < post.radiusM ** 2) range = Math.min(range, along - Math.sqrt(post.radiusM ** 2 - aside2));
      }
      return Math.max(0.02, range);
    });
    return { stampNs, angleMinRad: -Math.PI, angleIncrementRad, rangeMinM: 0.02, rangeMaxM: 6, rangesM };
  }
}

class Arm implements Simulation {
  private readonly positionRad: number[];
  private readonly velocityRps: number[];
  private commanded: Command;

  constructor(
    private readonly robot: RobotDescription,
    random: Random,
  ) {
    this.positionRad = robot.joints.map(({ positionRad: [low, high] }) => low + (high - low) * random.uniform());
    this.velocityRps = robot.joints.map(() => 0);
    this.commanded = restOf(robot);
  }

  get ramsPerS(): number {
    return Math.max(...this.velocityRps.map(Math.abs));
  }

  get roomLeft(): number {
    return Math.min(
      ...this.robot.joints.map(({ positionRad: [low, high] }, i) => Math.min(this.positionRad[i]! - low, high - this.positionRad[i]!)),
    );
  }

  command(command: Command): void {
    this.commanded = command;
  }

  advance(stepS: number): void {
    const share = -Math.expm1(-stepS / this.robot.response.timeConstantS);
    for (const [i, { accelerationRps2, decelerationRps2 }] of this.robot.joints.entries()) {
      const before = this.velocityRps[i]!;
      this.velocityRps[i] = approach(before, valuesOf(this.commanded)[i]!, share, accelerationRps2 * stepS, decelerationRps2 * stepS);
      this.positionRad[i]! += ((before + this.velocityRps[i]!) / 2) * stepS;
    }
  }

  odometry(): undefined {
    return undefined;
  }

  scan(): undefined {
    return undefined;
  }

  joints(stampNs: bigint): JointState {
    return { stampNs, positionsRad: [...this.positionRad], velocitiesRps: [...this.velocityRps] };
  }
}
