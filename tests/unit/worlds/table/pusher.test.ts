import { expect, it } from "vitest";
import { readRobotFile } from "../../../../src/config/robot-file.js";
import { seededRandom } from "../../../../src/math/random.js";
import { driveStep } from "../../../../src/motion/differential-drive.js";
import { Pusher } from "../../../../src/worlds/table/pusher.js";
import { REACH_M } from "../../../../src/worlds/table/table.js";

it("moves as the motion model says that is made from its robot file", () => {
  const { limits, response } = readRobotFile("calibration/pusht/robot.yaml");
  const random = seededRandom(1);
  const pusher = new Pusher();
  let state = { pose: { xM: 0, yM: 0, yawRad: 0 }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
  for (let tick = 0; tick < 40; tick++) {
    const [vxMps, vyMps] = [limits.forwardMps * (2 * random.uniform() - 1), limits.sidewaysMps * (2 * random.uniform() - 1)];
    pusher.place(0, 0, pusher.vxMps, pusher.vyMps);
    for (let step = 0; step < 10; step++) pusher.step(vxMps, vyMps);
    state = driveStep({ pose: { xM: 0, yM: 0, yawRad: 0 }, twist: state.twist }, { vxMps, vyMps, yawRateRps: 0 }, 0.1, {
      timeConstantS: response.timeConstantS,
      maxAccelerationMps2: limits.accelerationMps2,
      maxDecelerationMps2: limits.decelerationMps2,
      maxYawAccelerationRps2: limits.yawAccelerationRps2,
      sideways: true,
    });
    // The model takes steps of 12.5 ms, the pusher of 10.
    expect(Math.hypot(pusher.xM - state.pose.xM, pusher.yM - state.pose.yM)).toBeLessThan(0.001);
    expect(Math.hypot(pusher.vxMps - state.twist.vxMps, pusher.vyMps - state.twist.vyMps)).toBeLessThan(0.02);
  }
});

it("approaches a small command with PushT's time constant, and holds it", () => {
  const pusher = new Pusher();
  for (let step = 0; step < 5; step++) pusher.step(0.1, 0);
  expect(pusher.vxMps).toBeCloseTo(0.1 * (1 - Math.exp(-1)), 9);
  for (let step = 0; step < 100; step++) pusher.step(0.1, 0);
  expect(pusher.vxMps).toBeCloseTo(0.1, 6);
});

it("stops at walls, and counts a touch for each time it comes to one", () => {
  const pusher = new Pusher();
  const go = (vxMps: number, vyMps: number) => {
    for (let step = 0; step < 200; step++) pusher.step(vxMps, vyMps);
  };
  go(0.5, 0.1);
  expect(pusher.xM).toBe(REACH_M);
  expect(pusher.vxMps).toBe(0);
  expect(pusher.vyMps).toBeCloseTo(0.1, 6);
  expect(pusher.touches).toBe(1);
  go(-0.5, 0);
  expect([pusher.xM, pusher.touches]).toEqual([-REACH_M, 2]);
});
