import { describe, expect, it } from "vitest";
import { RoomsWorld } from "../../../src/worlds/rooms/rooms-world.js";
import { WorldRobot, type WorldRobotOptions } from "../../../src/worlds/world-robot.js";

const MS = 1_000_000n;

function recorded(startNs: bigint, options?: WorldRobotOptions) {
  const world = new RoomsWorld({ seed: 4, startNs });
  const robot = new WorldRobot(world, options);
  const log: string[] = [];
  robot.odometry.subscribe((o) => log.push(`odometry ${o.stampNs}`));
  robot.scans.subscribe((s) => log.push(`scan ${s.stampNs}`));
  robot.frames.subscribe((f) => log.push(`frame ${f.stampNs}`));
  return { world, robot, log };
}

describe("WorldRobot", () => {
  it("emits the first observation on advance(0), once, odometry before the frame", () => {
    const { robot, log } = recorded(0n);
    robot.advance(0n);
    robot.advance(0n);
    expect(log).toEqual(["odometry 0", "scan 0", "frame 0"]);
  });

  it("stamps each sensor at multiples of its own period since the start", () => {
    const start = 7_000_000_123n;
    const { robot, world, log } = recorded(start, { cameraPeriodNs: 100n * MS, odometryPeriodNs: 40n * MS, scanPeriodNs: 33_333_333n });
    for (let i = 0; i < 10; i++) robot.advance(37n * MS);
    expect(world.stampNs).toBe(start + 370n * MS);
    const stamps = (kind: string) => log.filter((line) => line.startsWith(kind)).map((line) => BigInt(line.split(" ")[1]!) - start);
    expect(stamps("frame")).toEqual([0n, 100n * MS, 200n * MS, 300n * MS]);
    expect(stamps("odometry")).toEqual([0n, 40n, 80n, 120n, 160n, 200n, 240n, 280n, 320n, 360n].map((ms) => ms * MS));
    expect(stamps("scan")).toEqual(Array.from({ length: 12 }, (_, i) => BigInt(i) * 33_333_333n));
  });

  it("emits the same however the time is cut", () => {
    const whole = recorded(0n);
    whole.robot.advance(1000n * MS);
    const cut = recorded(0n);
    for (let i = 0; i < 80; i++) cut.robot.advance(12_500_000n);
    expect(cut.log).toEqual(whole.log);
    expect(whole.log.filter((line) => line.startsWith("frame"))).toHaveLength(11);
  });

  it("shows the world as it was at each stamp, and obeys commands given on the way", () => {
    const { world, robot } = recorded(0n);
    world.place({ xM: -1, yM: 0, yawRad: 0 });
    const seen: [bigint, number][] = [];
    robot.odometry.subscribe((o) => {
      seen.push([o.stampNs, o.twistInBase.yawRateRps]);
      if (o.stampNs === 100n * MS) robot.command({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 1 });
    });
    robot.advance(200n * MS);
    expect(seen.map(([, rate]) => rate > 0)).toEqual([false, false, false, true, true]);

    const twin = new RoomsWorld({ seed: 4 });
    twin.place({ xM: -1, yM: 0, yawRad: 0 });
    twin.advance(100n * MS);
    twin.command({ kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 1 });
    twin.advance(50n * MS);
    expect(seen[3]).toEqual([150n * MS, twin.odometry().twistInBase.yawRateRps]);
  });

  it("skips what fell due while the world was advanced without it", () => {
    const { world, robot, log } = recorded(0n);
    robot.advance(0n);
    world.advance(330n * MS);
    robot.advance(70n * MS);
    expect(log.slice(3)).toEqual([`odometry ${350n * MS}`, `odometry ${400n * MS}`, `scan ${400n * MS}`, `frame ${400n * MS}`]);
  });

  it("completes its streams on close", () => {
    const { robot } = recorded(0n);
    let completed = 0;
    for (const stream of [robot.frames, robot.odometry, robot.scans])
      (stream as typeof robot.frames).subscribe({ complete: () => completed++ });
    robot.close();
    expect(completed).toBe(3);
  });

  it("refuses periods that never pass", () => {
    expect(() => new WorldRobot(new RoomsWorld({ seed: 1 }), { cameraPeriodNs: 0n })).toThrow(RangeError);
  });
});
