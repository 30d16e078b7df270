import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { parseRobotFile, readRobotFile } from "../../../src/config/robot-file.js";
import { isError, type RehearseError } from "../../../src/core/error.js";
import { enforceCeilings } from "../../../src/guardrails/ceilings.js";

const PATH = "calibration/rooms/robot.yaml";
// biome-ignore lint/suspicious/noExplicitAny: files that break the schema have no type
type Change = (file: any) => void;

const text = readFileSync(PATH, "utf8");

/** The text of the rooms file after a change. */
function changed(change: Change): Buffer {
  const file = parse(text);
  change(file);
  return Buffer.from(stringify(file));
}

function refusal(bytes: Buffer): RehearseError {
  try {
    parseRobotFile(bytes, "some/robot.yaml");
  } catch (error) {
    return error as RehearseError;
  }
  throw new Error("was not refused");
}

describe("the robot file of rooms", () => {
  const robot = readRobotFile(PATH);

  test("says what the world's body can do", () => {
    expect(robot).toMatchObject({
      name: "rooms",
      drive: "differential",
      controlPeriodS: 0.05,
      footprint: { radiusM: 0.15 },
      limits: { forwardMps: 0.6, reverseMps: 0.3, yawRateRps: 2, accelerationMps2: 1, decelerationMps2: 1.2, yawAccelerationRps2: 6 },
      clearanceM: 0.05,
      staleness: { commandS: 0.15, odometryS: 0.2, scanS: 0.3, futureS: 0.05 },
      keepOutM: [],
      workspace: { xM: [-2, 2], yM: [-2, 2] },
      scanner: { frame: "base_scan", baseFromScan: { xM: 0, yM: 0, yawRad: 0 } },
      camera: { frame: "camera_optical", intrinsics: "camera.yaml", mountedOn: "odom", zM: 4.4 },
    });
  });

  test("carries its hash and where it came from", () => {
    expect(robot.source).toEqual({ path: PATH, sha256: createHash("sha256").update(readFileSync(PATH)).digest("hex") });
  });

  test("is frozen to the bottom", () => {
    expect(() => Object.assign(robot, { clearanceM: 0 })).toThrow(TypeError);
    expect(() => Object.assign(robot.limits, { forwardMps: 9 })).toThrow(TypeError);
    expect(() => (robot.workspace!.xM as unknown as number[]).push(9)).toThrow(TypeError);
    expect(() => (robot.keepOutM as unknown[]).push([])).toThrow(TypeError);
  });

  test("names the camera's intrinsics, which project the floor as the world draws it", () => {
    const camera = parse(readFileSync("calibration/rooms/camera.yaml", "utf8"));
    const [fx, , cx, , fy, cy] = camera.camera_matrix.data;
    // The corner of the 4.4 m square that the camera sees, 4.4 m below it, is the corner of the image.
    expect([fx * (-2.2 / 4.4) + cx, fy * (2.2 / 4.4) + cy]).toEqual([-0.5, camera.image_height - 0.5]);
  });
});

describe("a robot file is refused", () => {
  test.each<[string, Change, string]>([
    ["with a missing key", (f) => delete f.limits.forward_mps, "limits.forward_mps is missing: a finite number"],
    ["with a missing group", (f) => delete f.staleness, "staleness is missing: a map with command_s"],
    ["with an unknown key", (f) => (f.limits.forward_mph = 3), "limits has the unknown key forward_mph"],
    [
      "with a node that has no full name",
      (f) => (f.base = { other_publishers: ["joystick"] }),
      "base.other_publishers.0 must be a node's full name",
    ],
    ["with an unknown key at the top", (f) => (f.extra = 1), "the file has the unknown key extra"],
    ["with a text for a number", (f) => (f.clearance_m = "5 cm"), "clearance_m must be a finite number"],
    ["with NaN", (f) => (f.clearance_m = Number.NaN), "clearance_m must be a finite number"],
    ["with infinity", (f) => (f.limits.forward_mps = Number.POSITIVE_INFINITY), "limits.forward_mps must be a finite number"],
    ["with a negative limit", (f) => (f.limits.reverse_mps = -0.3), "limits.reverse_mps must be a number above 0"],
    ["with a negative delay", (f) => (f.response.command_delay_s = -1), "response.command_delay_s must be a number not below 0"],
    ["of another drive", (f) => (f.drive = "legs"), "drive must be differential, omnidirectional, ackermann or joints"],
    ["of another schema", (f) => (f.schema = "rehearse.robot/9"), "schema must be rehearse.robot/1"],
    [
      "with a polygon of two points",
      (f) =>
        (f.keep_out_m = [
          [
            [0, 0],
            [1, 1],
          ],
        ]),
      "keep_out_m.0 must be a polygon of at least 3 points",
    ],
    ["with a point of one number", (f) => (f.keep_out_m = [[[0], [1, 1], [0, 1]]]), "keep_out_m.0.0 must be a point [x, y]"],
    ["with bounds the wrong way round", (f) => (f.workspace.x_m = [2, -2]), "workspace.x_m must be the smaller bound first"],
    ["with intrinsics elsewhere", (f) => (f.camera.intrinsics = "../../etc/passwd"), "camera.intrinsics must be a plain file name"],
    ["without a name", (f) => (f.name = ""), "name must be a text that is not empty"],
  ])("%s", (_, change, message) => {
    const error = refusal(changed(change));
    expect(error.code).toBe("RH-ROBOT-SCHEMA");
    expect(error.message).toContain(`some/robot.yaml: `);
    expect(error.message).toContain(message);
  });

  test("with several faults, each of which is named", () => {
    const error = refusal(
      changed((f) => {
        delete f.limits.forward_mps;
        f.staleness.scan_s = "soon";
        f.staleness.sacn_s = 1;
      }),
    );
    if (!isError(error, "RH-ROBOT-SCHEMA")) throw error;
    expect(error.details.path).toBe("some/robot.yaml");
    expect(error.details.keys).toHaveLength(3);
    expect(error.details.keys).toEqual(
      expect.arrayContaining([
        { key: "limits.forward_mps", found: undefined, expected: "a finite number" },
        { key: "staleness.scan_s", found: "soon", expected: "a finite number" },
        { key: "staleness.sacn_s", found: 1, expected: "no such key" },
      ]),
    );
  });

  test.each([
    ["empty", "", "RH-ROBOT-SCHEMA"],
    ["a list", "- 1", "RH-ROBOT-SCHEMA"],
    ["not YAML", "a: [", "RH-ROBOT-YAML"],
    ["with an alias of nothing", `${text}\nkeep_out_m: *nowhere\n`, "RH-ROBOT-YAML"],
    [
      "an alias bomb",
      `a: &a [1, 1]\n${"bcdefghij".replace(/./g, (c, i, all) => `${c}: &${c} [${Array(9).fill(`*${i === 0 ? "a" : all[i - 1]}`)}]\n`)}`,
      "RH-ROBOT-YAML",
    ],
    ["with a key twice", `${text}\nclearance_m: 0.5\n`, "RH-ROBOT-YAML"],
  ])("when it is %s", (_, content, code) => {
    expect(refusal(Buffer.from(content)).code).toBe(code);
  });

  test("when it is not there", () => {
    expect(() => readRobotFile("calibration/nobody/robot.yaml")).toThrow(expect.objectContaining({ code: "RH-ROBOT-READ" }));
  });
});

test("that there is no scanner has to be said", () => {
  const without = changed((f) => {
    delete f.scanner;
  });
  expect(() => parseRobotFile(without, "some/robot.yaml")).toThrow("scanner: none");
});

test("without a scanner a base goes at a slow walk, unless its file says more", () => {
  const blind = (more: Change) =>
    parseRobotFile(
      changed((f) => {
        f.scanner = "none";
        more(f);
      }),
      "some/robot.yaml",
    );
  const plain = blind(() => {});
  expect(plain.limits).toMatchObject({ forwardMps: 0.3, reverseMps: 0.3, yawRateRps: 2 });
  expect(plain.warnings).toEqual([expect.stringContaining("at most 0.3 m/s, not 0.6; limits.unseen_mps says otherwise")]);
  const said = blind((f) => {
    f.limits.unseen_mps = 0.5;
  });
  expect(said.limits).toMatchObject({ forwardMps: 0.5, reverseMps: 0.3 });
  expect(said.warnings).toEqual(["some/robot.yaml: without a scanner the base goes at most 0.5 m/s, not 0.6"]);
  const slow = blind((f) => {
    f.limits.forward_mps = 0.2;
    f.limits.reverse_mps = 0.1;
  });
  expect([slow.limits.forwardMps, slow.warnings]).toEqual([0.2, undefined]);
  const fast = blind((f) => {
    f.limits.forward_mps = 1.4;
    f.limits.unseen_mps = 1.4;
  });
  expect(() => enforceCeilings(fast)).toThrow(
    expect.objectContaining({ code: "RH-ROBOT-CEILING", message: expect.stringContaining("without a scanner") }),
  );
  const seeing = changed((f) => {
    f.limits.unseen_mps = 0.5;
  });
  expect(refusal(seeing).message).toContain("unknown key unseen_mps");
});

test("workspace and camera may be left out, and a base may have no scanner", () => {
  const robot = parseRobotFile(
    changed((f) => {
      delete f.workspace;
      f.scanner = "none";
      delete f.camera;
    }),
    "some/robot.yaml",
  );
  expect([robot.workspace, robot.scanner, robot.camera]).toEqual([undefined, undefined, undefined]);
});

test("the section's former name, doubt, is read the same, with a warning; under both names it is refused", () => {
  const former: Change = (file) => {
    file.doubt = file.uncertainty;
    delete file.uncertainty;
  };
  const { uncertainty, warnings } = parseRobotFile(changed(former), "some/robot.yaml");
  const present = parseRobotFile(Buffer.from(text), "some/robot.yaml");
  expect(uncertainty).toEqual(present.uncertainty);
  expect(warnings).toEqual(["some/robot.yaml: the section doubt is called uncertainty now; rename it"]);
  expect(present).not.toHaveProperty("warnings");
  const both: Change = (file) => {
    file.doubt = file.uncertainty;
  };
  expect(refusal(changed(both))).toMatchObject({ code: "RH-ROBOT-SCHEMA" });
});

describe("a footprint", () => {
  const square = [
    [0.5, 0.2],
    [-0.3, 0.2],
    [-0.3, -0.2],
    [0.5, -0.2],
  ];
  const of = (footprint: unknown) =>
    changed((file) => {
      file.footprint = footprint;
    });

  test("is a disc, a convex polygon, or a few of them together", () => {
    expect(parseRobotFile(of({ radius_m: 0.2 }), PATH).footprint).toEqual({ radiusM: 0.2 });
    expect(parseRobotFile(of({ polygon_m: square }), PATH).footprint).toEqual({ radiusM: Math.hypot(0.5, 0.2), polygonsM: [square] });
    const plate = [
      [-0.3, 0.3],
      [-0.9, 0.3],
      [-0.9, -0.3],
      [-0.3, -0.3],
    ];
    expect(parseRobotFile(of({ polygons_m: [square, plate] }), PATH).footprint).toEqual({
      radiusM: Math.hypot(0.9, 0.3),
      polygonsM: [square, plate],
    });
  });

  test("may go round clockwise, and have the base's origin outside", () => {
    expect(parseRobotFile(of({ polygon_m: square.toReversed() }), PATH).footprint.polygonsM).toEqual([square]);
    const ahead = square.map(([x, y]) => [x! / 4 + 0.5, y]);
    expect(parseRobotFile(of({ polygon_m: ahead }), PATH).footprint.polygonsM).toEqual([ahead]);
  });

  test.each([
    ["nothing", {}, "footprint must be one of radius_m, polygon_m and polygons_m"],
    ["two of them", { radius_m: 0.2, polygon_m: square }, "footprint must be one of radius_m, polygon_m and polygons_m"],
    ["a dent", { polygon_m: [...square, [0.1, 0]] }, "footprint.polygon_m must be a convex polygon"],
    ["a bow tie", { polygon_m: [square[0], square[2], square[1], square[3]] }, "footprint.polygon_m must be a"],
    [
      "a star that goes round twice",
      { polygon_m: [0, 2, 4, 1, 3].map((k) => [Math.cos(1.2566 * k), Math.sin(1.2566 * k)]) },
      "must be a convex polygon",
    ],
    [
      "a vertex twice",
      { polygon_m: [...square, square[3]] },
      "footprint.polygon_m must be a convex polygon, no two of its points in the same place",
    ],
    [
      "a line",
      {
        polygon_m: [
          [0, 0],
          [1, 0],
          [0.5, 0],
        ],
      },
      "footprint.polygon_m must be a polygon with an area",
    ],
    [
      "two points",
      {
        polygon_m: [
          [0, 0],
          [1, 0],
        ],
      },
      "footprint.polygon_m must be a polygon of at least 3 points",
    ],
    ["17 points", { polygon_m: Array.from({ length: 17 }, (_, k) => [Math.cos(k / 3), Math.sin(k / 3)]) }, "at most 16 points"],
    ["five polygons", { polygons_m: Array(5).fill(square) }, "footprint.polygons_m must be a list of at most 4 polygons"],
    ["no polygon", { polygons_m: [] }, "footprint.polygons_m must be a list of at least one polygon"],
    ["text", { polygon_m: "square" }, "footprint.polygon_m must be a list of points"],
    [
      "NaN",
      {
        polygon_m: [
          [Number.NaN, 0],
          [1, 0],
          [0, 1],
        ],
      },
      "footprint.polygon_m.0.0 must be",
    ],
  ])("of %s is refused", (_, footprint, message) => {
    const { code, message: said } = refusal(of(footprint));
    expect(code).toBe("RH-ROBOT-SCHEMA");
    expect(said).toContain(message);
  });
});

describe("a robot file that is made to fill memory, stack or time", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghij"].reduce((yaml, name, i) =>
    i === 0
      ? name
      : `${yaml}\n${name}: &${name} [${Array(9)
          .fill(`*${"abcdefghij"[i - 1]}`)
          .join(", ")}]`,
  );
  const circle = Array.from({ length: 200_000 }, (_, i) => [Math.cos(i / 31_831), Math.sin(i / 31_831)]);
  const small = circle.filter((_, i) => i % 150 === 0);

  test.each<[string, () => Buffer, string, RegExp]>([
    ["aliases of aliases", () => Buffer.from(bomb), "RH-ROBOT-YAML", /alias/i],
    ["lists in lists in lists", () => Buffer.from("[".repeat(100_000)), "RH-ROBOT-YAML", /YAML/],
    ["more bytes than any robot needs", () => Buffer.from("#".repeat(1 << 19)), "RH-ROBOT-YAML", /bytes/],
    ["a polygon of 200,000 points", () => changed((file) => (file.keep_out_m = [circle])), "RH-ROBOT-YAML", /bytes/],
    ["a polygon of 1,334 points", () => changed((file) => (file.keep_out_m = [small])), "RH-ROBOT-SCHEMA", /at most 1024 points/],
    ["a key that prints to the terminal", () => changed((file) => (file["\u001b[2J"] = 1)), "RH-ROBOT-SCHEMA", /u001b\[2J/],
  ])("is refused: %s", (_, bytes, code, why) => {
    const error = refusal(bytes());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(why);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    expect(error.message.length).toBeLessThan(1000);
  });
});
