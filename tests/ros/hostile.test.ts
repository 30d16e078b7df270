import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiagnosticsClient } from "../../src/ros/clients/diagnostics-client.js";
import { NodeProcess, runPython } from "./processes/node-process.js";
import { eventually, Peer, type Plain, sleep, withRos } from "./support.js";

const NODES = ["controller", "guard", "simulation"] as const;
type Name = (typeof NODES)[number];

/** Values that `rcl_interfaces/msg/ParameterValue` can hold and no parameter of ours can be. */
const MALFORMED: [what: string, parameter: Plain][] = [
  ["an unknown type", { name: "seed", value: { type: 255 } }],
  ["the first unknown type", { name: "x", value: { type: 10 } }],
  ["nothing", { name: "seed", value: { type: 0 } }],
  ["an empty name", { name: "", value: { type: 2, integer_value: 1 } }],
  ["integers", { name: "seed", value: { type: 7, integer_array_value: [1, 2] } }],
  ["integers under a name that isn't declared", { name: "x", value: { type: 7, integer_array_value: [1] } }],
  ["a name that isn't declared", { name: "x", value: { type: 1 } }],
];

describe("nodes in processes of their own, and what strangers send them", () => {
  const context = withRos();
  const processes = new Map<Name, NodeProcess>();
  const values = new Map<Name, Readonly<Record<string, string>>>();
  let peer: Peer;

  beforeAll(async () => {
    const diagnostics = new DiagnosticsClient(context.ros);
    for (const name of NODES) {
      const autostart = name === "controller" ? { autostart: false } : {};
      processes.set(name, new NodeProcess(name, { use_sim_time: true, ...autostart }));
      diagnostics.watch(`rehearse: ${name}`, (heard) => values.set(name, heard));
    }
    peer = await Peer.start();
    await peer.advertise("/clock", "rosgraph_msgs/msg/Clock");
    await peer.advertise("/odom", "nav_msgs/msg/Odometry");
    await peer.advertise("/goal_pose", "geometry_msgs/msg/PoseStamped");
    await eventually(() => values.size === NODES.length, "all three nodes", 30_000);
  });

  afterAll(async () => {
    await Promise.all([...processes.values()].map((running) => running.stop()));
    await peer.stop();
  });

  const alive = () => Object.fromEntries(NODES.map((name) => [name, processes.get(name)!.ended]));
  const ALL_ALIVE = Object.fromEntries(NODES.map((name) => [name, undefined]));

  it.each(["controller", "simulation"] as const)("%s: refuses malformed parameters with a reason, one by one", async (name) => {
    const request = { parameters: MALFORMED.map(([, parameter]) => parameter) };
    const { results } = (await peer.call(`/${name}/set_parameters`, "rcl_interfaces/srv/SetParameters", request)) as {
      results: { successful: boolean; reason: string }[];
    };
    expect(results).toHaveLength(MALFORMED.length);
    for (const [i, [what]] of MALFORMED.entries())
      expect([what, results[i]]).toEqual([what, { successful: false, reason: expect.stringMatching(/./) }]);
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it.each(["controller", "simulation"] as const)("%s: refuses them together too", async (name) => {
    for (const [what, parameter] of MALFORMED) {
      const request = { parameters: [parameter] };
      const { result } = (await peer.call(`/${name}/set_parameters_atomically`, "rcl_interfaces/srv/SetParametersAtomically", request)) as {
        result: { successful: boolean; reason: string };
      };
      expect([what, result]).toEqual([what, { successful: false, reason: expect.stringMatching(/./) }]);
    }
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it.each(["controller", "simulation"] as const)("%s: answers whoever reads parameters that aren't there", async (name) => {
    const names = { names: ["", "x", "seed"] };
    await peer.call(`/${name}/get_parameters`, "rcl_interfaces/srv/GetParameters", names);
    await peer.call(`/${name}/describe_parameters`, "rcl_interfaces/srv/DescribeParameters", names);
    await peer.call(`/${name}/get_parameter_types`, "rcl_interfaces/srv/GetParameterTypes", names);
    const listed = await peer.call(`/${name}/list_parameters`, "rcl_interfaces/srv/ListParameters", { prefixes: ["", "\u0000"], depth: 3 });
    expect(listed).toHaveProperty("result");
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it("guard: offers no service but the reset of the emergency stop, and hears /clock once", async () => {
    const { node } = new (await import("../../src/ros/rcl/endpoints.js")).Endpoints(context.ros, context.ros.createNode("observer"));
    const services = await eventually(() => {
      const found = node.getServiceNamesAndTypesByNode("guard", "") as { name: string }[];
      return found.length > 0 && found;
    }, "the guard's services");
    expect(services.map((service) => service.name)).toEqual(["/estop_reset"]);
    const subscriptions = node.getSubscriptionsInfoByTopic("/clock", false) as { node_name: string }[];
    expect(subscriptions.filter((subscription) => subscription.node_name === "guard")).toHaveLength(1);
  });

  it("outlive clients that are gone before the answer", async () => {
    const services = [
      "rcl_interfaces/srv/ListParameters=/controller/list_parameters",
      "lifecycle_msgs/srv/GetState=/controller/get_state",
      "rcl_interfaces/srv/ListParameters=/simulation/list_parameters",
      "std_srvs/srv/Trigger=/estop_reset",
    ];
    await runPython("vanish.py", "4", ...services);
    await sleep(300);
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it("refuses a time that ROS can't hold, from /clock and from headers, and counts it", async () => {
    const impossible = [
      { sec: -5, nanosec: 1 },
      { sec: 2147483647, nanosec: 4294967295 },
      { sec: 5, nanosec: 1_000_000_000 },
    ];
    // Until all of it is told: beside the simulation's clock, of which only the newest is kept, some are lost.
    let waiting = true;
    const sending = (async () => {
      for (let i = 0; waiting; i++) {
        const stamp = impossible[i % impossible.length]!;
        await peer.publish("/clock", "rosgraph_msgs/msg/Clock", { clock: stamp });
        await peer.publish("/odom", "nav_msgs/msg/Odometry", { header: { stamp }, pose: { pose: { orientation: { w: 1 } } } });
        await peer.publish("/goal_pose", "geometry_msgs/msg/PoseStamped", { header: { stamp } });
        await sleep(10);
      }
    })();
    const told = (name: Name, key: string, what: RegExp) =>
      eventually(() => what.test(values.get(name)![key] ?? ""), `${key} of ${name}: ${what}`, 60_000);
    try {
      for (const name of ["controller", "guard"] as const) {
        await told(name, "errors.last", /^\/clock: RH-STAMP/);
        await told(name, "errors.contained", /^([3-9]|\d\d)/);
        await told(name, "odom.refusal", /RH-STAMP/);
        await told(name, "odom.refused", /^([3-9]|\d\d)/);
      }
      await told("controller", "goal_pose.refused", /^([3-9]|\d\d)/);
    } finally {
      waiting = false;
      await sending;
    }
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it("leave what is too large unread, and count it", async () => {
    const large = { ranges: Array.from({ length: 100_000 }, () => 2), angle_increment: 1e-4, range_max: 5 };
    await peer.publish("/scan", "sensor_msgs/msg/LaserScan", large);
    await peer.publish("/odom", "nav_msgs/msg/Odometry", {
      child_frame_id: "x".repeat(100_000),
      pose: { pose: { orientation: { w: 1 } } },
    });
    const parameters = Array.from({ length: 5000 }, (_, i) => ({ name: `p${i}`, value: { type: 2 } }));
    peer.call("/controller/set_parameters", "rcl_interfaces/srv/SetParameters", { parameters }).catch(() => undefined);
    for (const name of ["controller", "guard"] as const) {
      await eventually(() => values.get(name)!["scan.refusal"]?.includes("RH-INPUT-SIZE"), `the scan, refused by the ${name}`);
      await eventually(() => values.get(name)!["odom.refusal"]?.includes("RH-INPUT-SIZE"), `the odometry, refused by the ${name}`);
    }
    await eventually(() => values.get("controller")!["errors.last"]?.includes("set_parameters: RH-INPUT-SIZE"), "the request, refused");
    expect(alive()).toEqual(ALL_ALIVE);
  });

  it("take no more of a topic than its rate, and say so", async () => {
    const flood = () => {
      for (let i = 0; i < 400; i++) void peer.publish("/odom", "nav_msgs/msg/Odometry", { pose: { pose: { orientation: { w: 1 } } } });
    };
    // Again and again: on a busy machine one burst may be sent more slowly than the rate.
    const flooding = setInterval(flood, 1000);
    flood();
    try {
      await eventually(() => values.get("guard")!["odom.refusal"]?.includes("RH-INPUT-RATE"), "the flood, refused", 60_000);
    } finally {
      clearInterval(flooding);
    }
    expect(alive()).toEqual(ALL_ALIVE);
  });
});
