import { join } from "node:path";
import { expect, it } from "vitest";
import { STOP_TWIST, type TwistCommand } from "../../../src/core/command.js";
import { BagFile } from "../../../src/recording/bag-file.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { ReplayRobot } from "../../../src/recording/replay-robot.js";
import { BAG_TOPICS } from "../../../src/recording/topics.js";
import {
  commandMessage,
  imageMessage,
  odometryMessage,
  START_NS,
  sampleFrame,
  sampleOdometry,
  TICK_NS,
  writeSampleBag,
} from "./sample-bag.js";
import { temporaryFolder } from "./temporary-folder.js";

function drive(vxMps: number): TwistCommand {
  return { kind: "twist", vxMps, vyMps: 0, yawRateRps: 0 };
}

/** What a robot emits, as `kind stamp` in ms since the bag's beginning, in order. */
function watch(robot: ReplayRobot): string[] {
  const seen: string[] = [];
  const ms = (stampNs: bigint): number => Number(stampNs - START_NS) / 1e6;
  robot.odometry.subscribe(({ stampNs }) => seen.push(`odometry ${ms(stampNs)}`));
  robot.scans.subscribe(({ stampNs }) => seen.push(`scan ${ms(stampNs)}`));
  robot.frames.subscribe(({ stampNs }) => seen.push(`frame ${ms(stampNs)}`));
  return seen;
}

it("gives what was recorded as bag time passes, the end of each step included", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 5);
  const robot = await ReplayRobot.open(await BagReader.open(path));
  const seen = watch(robot);
  expect(robot.stampNs).toBe(START_NS);
  await robot.advance(0n);
  expect(seen.splice(0)).toEqual(["odometry 0", "scan 0", "frame 0"]);
  await robot.advance(TICK_NS - 1n);
  expect(seen).toEqual([]);
  await robot.advance(1n);
  expect(seen.splice(0)).toEqual(["odometry 50"]);
  await robot.advance(2n * TICK_NS);
  expect(seen.splice(0)).toEqual(["odometry 100", "scan 100", "frame 100", "odometry 150"]);
  expect(robot.ended).toBe(false);
  await robot.advance(TICK_NS);
  expect(seen).toEqual(["odometry 200", "scan 200", "frame 200"]);
  expect(robot.ended).toBe(true);
  await robot.advance(TICK_NS);
  expect(robot.stampNs).toBe(START_NS + 5n * TICK_NS);
  await robot.close();
});

it("gives the same however time is cut into steps", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 30);
  const runs: string[][] = [];
  for (const step of [1n, 7n, 1000n]) {
    const robot = await ReplayRobot.open(await BagReader.open(path));
    const seen = watch(robot);
    while (!robot.ended) await robot.advance(step * 10_000_000n);
    await robot.close();
    runs.push(seen);
  }
  expect(runs[0]).toHaveLength(60);
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

it("keeps what it is commanded beside what was recorded at that time", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  const bag = await BagFile.create(path);
  bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(100n)), 100n);
  bag.write(BAG_TOPICS.image, imageMessage(sampleFrame(100n)), 100n);
  bag.write(BAG_TOPICS.command, commandMessage(drive(0.1), 200n), 200n);
  bag.write(BAG_TOPICS.command, commandMessage(drive(0.2), 300n), 300n);
  await bag.close();
  const robot = await ReplayRobot.open(await BagReader.open(path));
  await robot.advance(0n);
  robot.command(STOP_TWIST);
  await robot.advance(100n);
  robot.command(drive(0.5));
  await robot.advance(500n);
  robot.command(drive(0.6));
  expect(robot.commands).toEqual([
    { stampNs: 100n, given: STOP_TWIST, recorded: undefined },
    { stampNs: 200n, given: drive(0.5), recorded: drive(0.1) },
    { stampNs: 700n, given: drive(0.6), recorded: drive(0.2) },
  ]);
  await robot.close();
});

it("stands at the moment of what it emits, so that a subscriber's command is dated by it", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 3);
  const robot = await ReplayRobot.open(await BagReader.open(path));
  robot.odometry.subscribe(() => robot.command(STOP_TWIST));
  await robot.advance(10n * TICK_NS);
  expect(robot.commands.map(({ stampNs }) => stampNs - START_NS)).toEqual([0n, TICK_NS, 2n * TICK_NS]);
  await robot.close();
});

it("completes its streams when closed, and refuses to go back in time", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  await writeSampleBag(path, 5);
  const robot = await ReplayRobot.open(await BagReader.open(path));
  let completed = 0;
  const complete = (): void => void completed++;
  robot.frames.subscribe({ complete });
  robot.odometry.subscribe({ complete });
  robot.scans.subscribe({ complete });
  await expect(robot.advance(-1n)).rejects.toThrow(RangeError);
  await robot.close();
  expect(completed).toBe(3);
  expect(robot.ended).toBe(true);
});

it("refuses a bag without pictures", async () => {
  const path = join(temporaryFolder(), "a.mcap");
  const bag = await BagFile.create(path);
  bag.write(BAG_TOPICS.odometry, odometryMessage(sampleOdometry(1n)), 1n);
  await bag.close();
  await expect(ReplayRobot.open(await BagReader.open(path))).rejects.toMatchObject({
    code: "RH-BAG-TOPIC",
    message: expect.stringContaining("/image"),
  });
});
