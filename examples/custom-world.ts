/** A world of your own: a corridor that ends in a wall. The robot is driven at it at full speed, and the guard has the last word. */
import * as rehearse from "rehearse";

const BEAMS = 90;
const RESPONSE = { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 };

/** Walls at y = ±0.6 m and x = 2 m; the robot starts at the origin. Nothing moves but by `advance`. */
class Corridor implements rehearse.World {
  stampNs = 0n;
  collisions = 0;
  private state = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  private commanded: rehearse.Command = rehearse.STOP_TWIST;

  command(command: rehearse.Command): void {
    this.commanded = command;
  }

  advance(durationNs: bigint): void {
    if (this.commanded.kind !== "twist") return;
    this.state = rehearse.driveStep(this.state, this.commanded, Number(durationNs) / 1e9, RESPONSE);
    this.stampNs += durationNs;
    if (this.state.pose.xM > 2 - 0.15) this.collisions++;
  }

  frame(sizePx = 64): rehearse.CameraFrame {
    return { stampNs: this.stampNs, width: sizePx, height: sizePx, rgb: new Uint8Array(sizePx * sizePx * 3) };
  }

  odometry(): rehearse.Odometry {
    return { stampNs: this.stampNs, odomFromBase: this.state.pose, twistInBase: this.state.twist };
  }

  scan(): rehearse.LaserScan {
    const { xM, yM, yawRad } = this.state.pose;
    const angleIncrementRad = (2 * Math.PI) / BEAMS;
    const rangesM = Float32Array.from({ length: BEAMS }, (_, i) => {
      const [dx, dy] = [Math.cos(yawRad - Math.PI + i * angleIncrementRad), Math.sin(yawRad - Math.PI + i * angleIncrementRad)];
      const [aheadM, besideM] = [dx > 0 ? (2 - xM) / dx : Number.POSITIVE_INFINITY, ((dy > 0 ? 0.6 : -0.6) - yM) / dy];
      return Math.min(aheadM, dy === 0 ? Number.POSITIVE_INFINITY : besideM);
    });
    return { stampNs: this.stampNs, angleMinRad: -Math.PI, angleIncrementRad, rangeMinM: 0.05, rangeMaxM: 6, rangesM };
  }
}

export const corridor = new Corridor();
const robot = new rehearse.WorldRobot(corridor); // gives it sensors with periods of their own
const clock = { nowNs: () => corridor.stampNs, steadyNs: () => corridor.stampNs };
const guard = new rehearse.Guard(rehearse.readRobotFile("calibration/rooms/robot.yaml"), clock);
robot.odometry.subscribe((odometry) => guard.onBody(odometry));
robot.scans.subscribe((scan) => guard.onScan(scan));
robot.advance(0n);
for (let tick = 0; tick < 300; tick++) {
  guard.onCommand({ kind: "twist", vxMps: 0.6, vyMps: 0, yawRateRps: 0 }, corridor.stampNs);
  const { verdict } = guard.tick();
  robot.command(verdict.command);
  robot.advance(20_000_000n);
  const { odomFromBase: at, twistInBase: moves } = corridor.odometry();
  if (tick % 25 === 0) console.log(`${(2 - 0.15 - at.xM).toFixed(2)} m to the wall, ${moves.vxMps.toFixed(2)} m/s, guard: ${verdict.kind}`);
}
console.log(`${corridor.collisions} collisions`);
