import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Order } from "../../src/faults/preload.js";
import { seededRandom } from "../../src/math/random.js";
import { RELIABLE_QOS, SENSOR_QOS } from "../../src/messages/qos.js";
import { stampFromNs } from "../../src/messages/stamp.js";
import { SimulationClient } from "../../src/ros/clients/simulation-client.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { PROJECT_ROOT } from "../../src/runtime/project-path.js";
import { Processes } from "../../src/supervisor/processes.js";
import { eventually, sleep, withRos } from "./support.js";

/** REHEARSE_BLOCKS for more. */
const BLOCKS = Number(process.env.REHEARSE_BLOCKS ?? 4);
/** More than the robot may, so that the guard alone decides how fast it goes. */
const PROPOSED_MPS = 1;
/** It sets off 1.2 m before the wall. */
const START = { yM: 0.8, yawRad: Math.PI / 2 };
/** The guard lets nothing pass for so long after the robot was moved by hand. */
const SETTLE_MS = 800;
/** Full speed is 0.6 m/s. */
const AT_SPEED_MPS = 0.45;
/** Where it is held up. A robot that counts on the next judgement is there at full speed still, and touches the wall at 1.85 m when that doesn't come. */
const HELD_UP_AT_M = [1.3, 1.5] as const;
const TO_REST_MS = 2500;
/** What the guard counts as an interval goes from one judgement to the next, and it is told between two of them. */
const PERIOD_S = 0.025;

describe("a guard whose process is held up while a controller drives at a wall", () => {
  const context = withRos();
  const processes = new Processes(mkdtempSync(join(tmpdir(), "rehearse-blocked-")));
  let simulation: SimulationClient;
  let proposing: NodeJS.Timeout;
  let forwardMps = 0;
  let speedMps = 0;
  let yM = 0;
  let state: GuardState | undefined;
  let block: (order: Order) => void;

  beforeAll(async () => {
    const { ros } = context;
    simulation = new SimulationClient(ros);
    new StatusClient(ros).guard.subscribe((heard) => {
      state = heard;
    });
    const driver = new Endpoints(ros, ros.createNode("driver"));
    const propose = driver.publish("geometry_msgs/msg/TwistStamped", "/cmd_vel_proposed", RELIABLE_QOS);
    driver.subscribe("nav_msgs/msg/Odometry", "/odom", SENSOR_QOS, ({ pose, twist }) => {
      yM = pose.pose.position.y;
      speedMps = twist.twist.linear.x;
    });
    driver.node.spin();
    const zero = { x: 0, y: 0, z: 0 };
    proposing = setInterval(
      () =>
        propose.send({
          header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" },
          twist: { linear: { ...zero, x: forwardMps }, angular: zero },
        }),
      40,
    );
    processes.start({ node: "simulation", flags: ["--world", "rooms"] });
    const guard = processes.start({
      node: "guard",
      preload: join(PROJECT_ROOT, "dist/faults/preload.js"),
      rosArgs: ["-p", "robot:=calibration/rooms/robot.yaml"],
    });
    block = (order) => guard.send(order);
    await eventually(() => simulation.state !== undefined && state?.verdict.kind === "pass", "the robot", 30_000);
  });

  afterAll(async () => {
    clearInterval(proposing);
    await processes.stop();
  });

  it(
    "touches nothing, and says afterwards, as an error, how late it was",
    async () => {
      const random = seededRandom(63);
      for (let i = 0; i < BLOCKS; i++) {
        // From short to long.
        const forMs = Math.round(150 + (399 * (i + random.uniform())) / BLOCKS);
        await simulation.place({ xM: 0.8 + 0.5 * random.uniform(), ...START });
        await sleep(SETTLE_MS);
        forwardMps = PROPOSED_MPS;
        await eventually(() => speedMps > AT_SPEED_MPS, "full speed");
        const atM = HELD_UP_AT_M[0] + random.uniform() * (HELD_UP_AT_M[1] - HELD_UP_AT_M[0]);
        await eventually(() => yM > atM, "the wall");
        block({ thread: "main", act: "block", forMs });
        // The machine may have held it up as well, for less; and so did the blocks before, which were shorter.
        const counted = () => Number(state?.values.worst_interval_s) > forMs / 1000 - PERIOD_S;
        const late = await eventually(() => counted() && state, `a guard that was late by ${forMs} ms`);
        expect(late.level).toBe("error");
        expect(late.message).toMatch(/; late: up to 0\.\d\d s from one judgement to the next, where response\.reaction_s is 0\.1 s/);
        await sleep(TO_REST_MS);
        forwardMps = 0;
        expect([forMs, simulation.state!.collisions]).toEqual([forMs, 0]);
        // It stands before the wall, and did not just stay where it was.
        expect(simulation.state!.pose.yM).toBeGreaterThan(START.yM + 0.5);
      }
    },
    60_000 + BLOCKS * 12_000,
  );
});
