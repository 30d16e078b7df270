import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { collectCommand } from "../../../src/cli/collect.js";
import { readRobotFile } from "../../../src/config/robot-file.js";
import { type CollectOptions, type CollectProgress, collect } from "../../../src/data/collect.js";
import { BagReader } from "../../../src/recording/bag-reader.js";
import { type Observation, observations } from "../../../src/recording/observations.js";
import { RoomsWorld } from "../../../src/worlds/rooms/rooms-world.js";

const NAMES = ["episode-00000.mcap", "episode-00001.mcap", "episode-00002.mcap"];

function options(changes: Partial<CollectOptions> = {}): CollectOptions {
  const out = mkdtempSync(join(tmpdir(), "rehearse-"));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  return { world: "rooms", episodes: 3, seconds: 2, seed: 40, cameraHz: 10, out, ...changes };
}

async function read(path: string): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const observation of observations(await BagReader.open(path), undefined, ["image", "odometry", "scan", "command"])) {
    found.push(observation);
  }
  return found;
}

const of = <Stream extends Observation["stream"]>(
  stream: Stream,
  all: readonly Observation[],
): Extract<Observation, { stream: Stream }>[] =>
  all.filter((observation): observation is Extract<Observation, { stream: Stream }> => observation.stream === stream);

describe("collect", () => {
  it("records arms by their joints, and what is true of a world with a task, at each picture", async () => {
    const wanted = options({ world: "reacher", episodes: 1 });
    await collect(wanted);
    const counted = (await BagReader.open(wanted.out)).topics.map(({ name, type, messages }) => [name, type, messages]);
    expect(counted.sort()).toEqual([
      ["/camera_info", "sensor_msgs/msg/CameraInfo", 21],
      ["/commands_proposed", "sensor_msgs/msg/JointState", 20],
      ["/image", "sensor_msgs/msg/Image", 21],
      ["/joint_states", "sensor_msgs/msg/JointState", 41],
      ["/truth", "std_msgs/msg/Float64MultiArray", 21],
    ]);
  });

  it("records each episode into a file, all of them together a bag whose time never goes back", async () => {
    const wanted = options();
    const result = await collect(wanted);
    expect(result).toMatchObject({ done: 3, skipped: 0, frames: 3 * 21 });
    expect(readdirSync(wanted.out).sort()).toEqual([...NAMES, "metadata.yaml"]);
    const bag = await BagReader.open(wanted.out);
    expect(bag.files).toHaveLength(3);
    expect(bag.files.map(({ about }) => about)).toEqual(
      [0, 1, 2].map((i) => ({ world: "rooms", seconds: "2", seed: String(40 + i), camera_hz: "10", episode: String(i) })),
    );
    expect(bag.files.map(({ startNs }) => startNs)).toEqual([1_000_000_000n, 4_000_000_000n, 7_000_000_000n]);
    const stamps = (await read(wanted.out)).map(({ logNs }) => logNs);
    expect(stamps).toEqual([...stamps].sort((a, b) => Number(a - b)));
  });

  it("goes where models disagree, the same way each time, and within what the gate allows", async () => {
    const curious = ["models/wall/base", "models/wall/base"];
    const [first, again, blind]: CollectOptions[] = [{ curious }, { curious }, {}].map((more) =>
      options({ world: "wall", episodes: 1, seconds: 4, ...more }),
    );
    for (const wanted of [first!, again!, blind!]) await collect(wanted);
    const commands = async (of_: CollectOptions) => of("command", await read(of_.out)).map(({ value }) => value);
    const driven = await commands(first!);
    expect(await commands(again!)).toEqual(driven);
    expect(await commands(blind!)).not.toEqual(driven);
    const { limits } = readRobotFile("calibration/wall/robot.yaml");
    for (const command of driven)
      if (command.kind === "twist") expect(Math.abs(command.vxMps)).toBeLessThanOrEqual(limits.forwardMps + 1e-9);
    // One folder holds the one kind or the other.
    const { curious: _, ...blindly } = first!;
    await expect(collect(blindly)).rejects.toMatchObject({ code: "RH-COLLECT-OTHER" });
    await expect(collect({ ...blind!, curious })).rejects.toMatchObject({ code: "RH-COLLECT-OTHER" });
  });

  it("refuses models that cannot disagree", async () => {
    const wanted = (...curious: string[]) => collect(options({ world: "wall", episodes: 1, curious }));
    await expect(wanted("models/wall/base")).rejects.toMatchObject({ code: "RH-COLLECT-CURIOUS" });
    await expect(wanted("models/wall/base", "models/maze-u/base")).rejects.toMatchObject({ code: "RH-COLLECT-CURIOUS" });
  });

  it("stamps everything on the grid of its rate, from one first instant to one last", async () => {
    const wanted = options({ episodes: 1, cameraHz: 20 });
    await collect(wanted);
    const all = await read(wanted.out);
    const grid = (count: number, stepMs: bigint): bigint[] =>
      Array.from({ length: count }, (_, i) => 1_000_000_000n + BigInt(i) * stepMs * 1_000_000n);
    expect(of("odometry", all).map(({ value }) => value.stampNs)).toEqual(grid(41, 50n));
    expect(of("image", all).map(({ value }) => value.stampNs)).toEqual(grid(41, 50n));
    expect(of("scan", all).map(({ value }) => value.stampNs)).toEqual(grid(21, 100n));
    expect(of("command", all).map(({ logNs }) => logNs)).toEqual(grid(40, 50n));
    expect(
      all.every(({ logNs, ...rest }) =>
        Object.values(rest).every((v) => typeof v !== "object" || !("stampNs" in v) || v.stampNs === logNs),
      ),
    ).toBe(true);
    const bag = await BagReader.open(wanted.out);
    expect(bag.topics.map(({ name, type }) => [name, type])).toEqual([
      ["/odom", "nav_msgs/msg/Odometry"],
      ["/scan", "sensor_msgs/msg/LaserScan"],
      ["/camera_info", "sensor_msgs/msg/CameraInfo"],
      ["/image", "sensor_msgs/msg/Image"],
      ["/cmd_vel", "geometry_msgs/msg/TwistStamped"],
    ]);
  });

  it("records commands that, given again at their stamps, make the same world show the same", async () => {
    const wanted = options({ episodes: 2 });
    await collect(wanted);
    const all = await read(join(wanted.out, NAMES[1]!));
    const world = new RoomsWorld({ seed: 41, startNs: all[0]!.logNs });
    for (const observation of all) {
      world.advance(observation.logNs - world.stampNs);
      if (observation.stream === "command") world.command(observation.value);
      else if (observation.stream === "image") expect(observation.value).toEqual(world.frame());
      else if (observation.stream === "scan") expect(observation.value.rangesM).toEqual(world.scan().rangesM);
      else {
        if (observation.stream !== "odometry") throw new Error(`unexpected: ${JSON.stringify(observation)}`);
        expect(observation.value.twistInBase).toEqual(world.odometry().twistInBase);
        expect(observation.value.odomFromBase.xM).toBe(world.odomFromBase.xM);
        expect(observation.value.odomFromBase.yawRad).toBeCloseTo(world.odomFromBase.yawRad, 12);
      }
    }
  });

  it("gives every episode a door of its own, and the same options the same bytes", async () => {
    const first = options();
    const second = options();
    await collect(first);
    await collect(second);
    const pictures = await Promise.all(NAMES.map(async (name) => of("image", await read(join(first.out, name)))[0]!.value.rgb.join()));
    expect(new Set(pictures).size).toBe(3);
    for (const name of [...NAMES, "metadata.yaml"]) {
      expect(readFileSync(join(first.out, name)).equals(readFileSync(join(second.out, name)))).toBe(true);
    }
  });

  it("goes on where it stopped: keeps what is whole, does again what is not", async () => {
    const wanted = options();
    await collect(wanted);
    const path = (i: number): string => join(wanted.out, NAMES[i]!);
    const bytes = NAMES.map((_, i) => readFileSync(path(i)));
    const kept = statSync(path(0)).mtimeMs;
    truncateSync(path(1), 5000);
    renameSync(path(2), `${path(2)}.part`);
    truncateSync(`${path(2)}.part`, 5000);
    const seen: CollectProgress[] = [];
    const result = await collect(wanted, (progress) => seen.push(progress));
    expect(result).toMatchObject({ done: 3, skipped: 1, frames: 42 });
    expect(seen.map(({ done, skipped }) => [done, skipped])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(statSync(path(0)).mtimeMs).toBe(kept);
    NAMES.forEach((_, i) => {
      expect(readFileSync(path(i)).equals(bytes[i]!)).toBe(true);
    });
    expect(readdirSync(wanted.out).sort()).toEqual([...NAMES, "metadata.yaml"]);
  });

  it("adds episodes to what is there when more are wanted", async () => {
    const wanted = options({ episodes: 1 });
    await collect(wanted);
    expect(await collect({ ...wanted, episodes: 3 })).toMatchObject({ done: 3, skipped: 1 });
    expect((await BagReader.open(wanted.out)).topics.find(({ name }) => name === "/image")!.messages).toBe(63);
  });

  it("does not mix episodes of different options", async () => {
    const wanted = options({ episodes: 1 });
    await collect(wanted);
    for (const change of [{ seed: 41 }, { seconds: 3 }, { cameraHz: 20 }]) {
      await expect(collect({ ...wanted, ...change })).rejects.toMatchObject({
        code: "RH-COLLECT-OTHER",
        message: expect.stringContaining(Object.keys(change)[0]!.replace("cameraHz", "camera_hz")),
      });
    }
    expect(await collect(wanted)).toMatchObject({ skipped: 1 });
  });

  it.each([
    [{ world: "moon" }, "RH-WORLD-UNKNOWN"],
    [{ episodes: 0 }, "RH-COLLECT-OPTION"],
    [{ episodes: 1.5 }, "RH-COLLECT-OPTION"],
    [{ seconds: Number.NaN }, "RH-COLLECT-OPTION"],
    [{ seconds: 0 }, "RH-COLLECT-OPTION"],
    [{ seed: -1 }, "RH-COLLECT-OPTION"],
    [{ cameraHz: Number.POSITIVE_INFINITY }, "RH-COLLECT-OPTION"],
  ] satisfies [Partial<CollectOptions>, string][])("refuses %o with %s", async (change, code) => {
    await expect(collect(options(change))).rejects.toMatchObject({ code });
  });

  it("says so when the folder can't be made", async () => {
    const { out } = options();
    writeFileSync(join(out, "file"), "");
    await expect(collect(options({ out: join(out, "file", "data") }))).rejects.toMatchObject({ code: "RH-BAG-WRITE" });
  });
});

describe("rehearse collect", () => {
  it("takes its flags and reports on stderr", async () => {
    const { out } = options();
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    const flags = ["rooms", "--episodes", "2", "--seconds", "1", "--seed", "7", "--out", out, "--camera-hz", "20"];
    await collectCommand().parseAsync(flags, { from: "user" });
    const bag = await BagReader.open(out);
    expect(bag.files.map(({ about }) => about.seed)).toEqual(["7", "8"]);
    expect(bag.topics.find(({ name }) => name === "/image")!.messages).toBe(42);
    const said = write.mock.calls.map(([text]) => String(text)).join("");
    expect(said).toMatch(/episode 2 of 2, \d+ frames\/s/);
    expect(said).toContain(`2 episodes in ${out}`);
  });
});
