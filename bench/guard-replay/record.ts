import { Guard } from "#src/control/guard.js";
import type { RobotDescription } from "#src/core/robot-description.js";
import { SimulatedClock } from "#src/lockstep/simulated-clock.js";
import { FRAME_IDS } from "#src/messages/frame-ids.js";
import { messageFromScan } from "#src/messages/laser-scan.js";
import { messageFromOdometry } from "#src/messages/odometry.js";
import { RELIABLE_QOS } from "#src/messages/qos.js";
import { TOPICS } from "#src/messages/topics.js";
import { twistStampedFromCommand } from "#src/messages/twist.js";
import { BagWriter } from "#src/recording/bag-writer.js";
import { BAG_TOPICS } from "#src/recording/topics.js";
import { REALISTIC_NOISE, RoomsWorld } from "#src/worlds/rooms/rooms-world.js";
import { type Disc, scanWithDisc } from "#src/worlds/scan-with-disc.js";
import { discBefore, type Scenario } from "./scenario.js";

export const PROPOSED = { name: `/${TOPICS.commandProposed}`, type: "geometry_msgs/msg/TwistStamped", qos: RELIABLE_QOS } as const;

/** Odometry and commands 50 times a second, proposals 20 times, scans 10 times. */
const STEP_NS = 10_000_000n;
const EVERY = { tick: 2, proposal: 5, scan: 10 } as const;
/** Stamps of 0 mean that there is none. */
const START_NS = 1_000_000_000n;

/** Records a bag in the embedded world, in simulated time, with a guard in the loop, so that odometry shows a robot that stops and goes on. */
export async function recordBag(folder: string, scenario: Scenario, robot: RobotDescription): Promise<void> {
  const { seed, mps, start, proposedS, appearsS, leavesS, endS } = scenario;
  const world = new RoomsWorld({ seed, noise: REALISTIC_NOISE, startNs: START_NS, commandDelayS: robot.response.commandDelayS });
  world.place(start);
  const clock = new SimulatedClock(START_NS);
  const guard = new Guard(robot, clock);
  const about = Object.fromEntries(
    Object.entries({ ...scenario, start: JSON.stringify(start) }).map(([key, value]) => [key, String(value)]),
  );
  const bag = await BagWriter.create(folder, { about });
  const proposal = { kind: "twist", vxMps: mps, vyMps: 0, yawRateRps: 0 } as const;
  let disc: Disc | undefined;
  for (let step = 0; ; step++) {
    const nowNs = world.stampNs;
    const nowS = Number(nowNs - START_NS) / 1e9;
    if (nowS > endS) break;
    clock.set(nowNs);
    if (nowS >= appearsS && disc === undefined) disc = discBefore(world.odomFromBase, scenario);
    const there = disc !== undefined && nowS < leavesS;
    if (step % EVERY.scan === 0) {
      const scan = there ? scanWithDisc(world.scan(), world.odomFromBase, disc!) : world.scan();
      guard.onScan(scan);
      bag.write(BAG_TOPICS.scan, messageFromScan(scan, FRAME_IDS.scan, 0.1), nowNs);
    }
    if (step % EVERY.tick === 0) {
      const odometry = world.odometry();
      guard.onBody(odometry);
      bag.write(BAG_TOPICS.odometry, messageFromOdometry(odometry, FRAME_IDS.odom, FRAME_IDS.base), nowNs);
    }
    if (step % EVERY.proposal === 0 && nowS >= proposedS) {
      guard.onCommand(proposal, nowNs);
      bag.write(PROPOSED, twistStampedFromCommand(proposal, nowNs, FRAME_IDS.base), nowNs);
    }
    if (step % EVERY.tick === 0) {
      const { command } = guard.tick().verdict;
      world.command(command);
      if (command.kind === "twist") bag.write(BAG_TOPICS.command, twistStampedFromCommand(command, nowNs, FRAME_IDS.base), nowNs);
    }
    world.advance(STEP_NS);
  }
  await bag.close();
}
