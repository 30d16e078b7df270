import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "@foxglove/rosmsg";
import { expect, it } from "vitest";
import { definitionText, knownDefinitions } from "../../../src/recording/definition.js";
import { installedDefinition } from "../../../src/recording/installed-definition.js";
import { TYPE_HASHES } from "../../../src/recording/type-hashes.js";
import { temporaryFolder } from "./temporary-folder.js";

it.each(Object.keys(TYPE_HASHES))("the text of %s says what its definition says", (type) => {
  const [root, ...nested] = parse(definitionText(type)!, { ros2: true });
  const known = knownDefinitions(type)!;
  expect(withoutValueTexts(root!.definitions)).toEqual(withoutValueTexts(known[0]!.definitions));
  expect(nested.map(({ name }) => name)).toEqual(known.slice(1).map(({ name }) => name));
});

it("lists each type once, with all that it is made of", () => {
  expect(knownDefinitions("nav_msgs/msg/Odometry")!.map(({ name }) => name)).toEqual([
    "nav_msgs/Odometry",
    "std_msgs/Header",
    "geometry_msgs/PoseWithCovariance",
    "geometry_msgs/TwistWithCovariance",
    "builtin_interfaces/Time",
    "geometry_msgs/Pose",
    "geometry_msgs/Twist",
    "geometry_msgs/Point",
    "geometry_msgs/Quaternion",
    "geometry_msgs/Vector3",
  ]);
  expect(knownDefinitions("own_msgs/msg/Thing")).toBeUndefined();
});

it("writes constants, defaults, array sizes and bounds as .msg files do", () => {
  expect(definitionText("geometry_msgs/msg/Quaternion")).toBe("float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1\n");
  expect(definitionText("sensor_msgs/msg/CameraInfo")).toContain("float64[9] k\n");
  expect(definitionText("diagnostic_msgs/msg/DiagnosticStatus")).toContain("uint8 WARN=1\n");
});

/** A stand-in for `share/` of an installation. */
function prefix(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, "share", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

it("collects an installed type from its prefixes, with its hash", async () => {
  const near = prefix({
    "own_msgs/msg/Thing.msg":
      "# A thing\nstd_msgs/Header header\nPart[<=3] parts # nested, in its own package\nstring<=8 name\nint32 A=5\n\n",
    "own_msgs/msg/Part.msg": "float64[2] size\nOther other\n",
    "own_msgs/msg/Other.msg": "byte[] data\n",
    "own_msgs/msg/Thing.json": JSON.stringify({ type_hashes: [{ type_name: "own_msgs/msg/Thing", hash_string: "RIHS01_12" }] }),
  });
  const far = prefix({
    "std_msgs/msg/Header.msg": "builtin_interfaces/Time stamp\nstring frame_id\n",
    "builtin_interfaces/msg/Time.msg": "int32 sec\nuint32 nanosec\n",
    "own_msgs/msg/Part.msg": "this one is hidden by the nearer prefix",
  });
  const { definition, typeHash } = await installedDefinition("own_msgs/msg/Thing", [near, far]);
  expect(typeHash).toBe("RIHS01_12");
  const parsed = parse(definition, { ros2: true });
  expect(parsed.map(({ name }) => name)).toEqual([
    undefined,
    "std_msgs/Header",
    "own_msgs/Part",
    "builtin_interfaces/Time",
    "own_msgs/Other",
  ]);
  expect(parsed[0]!.definitions.map(({ name }) => name)).toEqual(["header", "parts", "name", "A"]);
});

it("refuses a type that is not installed, naming who needs it", async () => {
  const folder = prefix({ "own_msgs/msg/Thing.msg": "gone_msgs/Part part\n" });
  await expect(installedDefinition("own_msgs/msg/Thing", [folder])).rejects.toMatchObject({
    code: "RH-BAG-TYPE",
    message: expect.stringMatching(/gone_msgs\/msg\/Part.*used by own_msgs\/msg\/Thing/),
  });
  await expect(installedDefinition("own_msgs/msg/Thing", [])).rejects.toMatchObject({ code: "RH-BAG-TYPE" });
});

function withoutValueTexts(fields: readonly object[]): object[] {
  return fields.map((field) => ({ ...field, valueText: undefined }));
}
