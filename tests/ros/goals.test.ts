import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cycle } from "../../src/core/cycle.js";
import { RehearseError } from "../../src/core/error.js";
import type { Goal } from "../../src/core/goal.js";
import { GoalClient } from "../../src/ros/clients/goal-client.js";
import { StatusClient } from "../../src/ros/clients/status-client.js";
import { ControllerNode } from "../../src/ros/nodes/controller-node.js";
import { collect, eventually, IDLE_HOOKS, Peer, sleep, withRos } from "./support.js";

const cycle = (mode: Cycle["mode"]): Cycle => ({
  tick: 0,
  nowNs: 0n,
  mode,
  body: undefined,
  plan: undefined,
  planAgeNs: undefined,
  verdict: { kind: "pass", command: { kind: "twist", vxMps: 0, vyMps: 0, yawRateRps: 0 } },
});

describe("goals", () => {
  const context = withRos();
  let client: GoalClient;
  let controller: ControllerNode;
  let peer: Peer;

  beforeAll(async () => {
    peer = await Peer.start();
    client = new GoalClient(context.ros);
  });

  afterAll(async () => {
    await peer.stop();
  });

  it("are latched: a controller that starts after they were sent still gets them, once", async () => {
    const pursuit = client.pursuePose({ xM: 1, yM: 0.5 }, { timeoutMs: 20_000 });
    // From a volatile publisher, as RViz's is: this one needs the controller to be there.
    await peer.advertise("/goal_pose", "geometry_msgs/msg/PoseStamped", "reliable");
    await sleep(300);
    controller = new ControllerNode(context.ros, {
      hooks: { ...IDLE_HOOKS, onCancel: () => "cancelled" },
    });
    const requests = collect(controller.goals);
    await controller.start();
    const request = await eventually(() => requests[0], "the latched goal");
    expect(request).toMatchObject({ kind: "pose", frameId: "odom", position: { x: 1, y: 0.5 }, orientation: { w: 0 } });
    controller.answer(request, { kind: "pose", id: 1, xM: 1, yM: 0.5 });
    controller.show(cycle("tracking"));
    controller.show(cycle("reached"));
    expect(await pursuit).toMatchObject({ kind: "reached", status: { goal: { id: 1, requestNs: String(request.stampNs) } } });

    await eventually(async () => (await peer.count("/goal_pose")).subscribers >= 1, "discovery");
    await peer.publish("/goal_pose", "geometry_msgs/msg/PoseStamped", { header: { frame_id: "odom" }, pose: { position: { x: -1 } } });
    await eventually(() => requests.length === 2, "the goal of a volatile publisher");
    await sleep(500);
    expect(requests).toHaveLength(2);
  });

  it("sent while both subscriptions are there are taken once", async () => {
    const requests = collect(controller.goals);
    const pursuit = client.pursuePose({ xM: 0, yM: 0, yawRad: 1 }, { timeoutMs: 1000 });
    await sleep(600);
    expect(requests).toHaveLength(1);
    expect((await pursuit).kind).toBe("timeout");
  });

  it("that are refused come back with the reason", async () => {
    const requests = collect(controller.goals);
    const pursuit = client.pursuePose({ xM: 50, yM: 0 });
    const details = { xM: 50, yM: 0, arena: { xM: [-2, 2], yM: [-1, 1] } } as const;
    const refusal = new RehearseError("RH-GOAL-ARENA", "too far", "choose another", { details });
    controller.answer(await eventually(() => requests[0], "a request"), refusal);
    const outcome = await pursuit;
    expect(outcome).toMatchObject({
      kind: "refused",
      error: { code: "RH-GOAL-ARENA", message: "too far", fix: "choose another", details },
    });
    expect(outcome.kind === "refused" && outcome.error).toBeInstanceOf(RehearseError);
  });

  it("that give way to another, or are cancelled, are dropped", async () => {
    const requests = collect(controller.goals);
    const goal: Goal = { kind: "pose", id: 2, xM: 0, yM: 0 };
    const accept = async (id: number) => controller.answer(await eventually(() => requests[id - 2], "a request"), { ...goal, id });
    const first = client.pursuePose({ xM: 0, yM: 0 });
    await accept(2);
    await sleep(100);
    const second = client.pursuePose({ xM: 0.1, yM: 0 });
    await accept(3);
    expect((await first).kind).toBe("dropped");
    await sleep(100);
    controller.goalGone();
    expect((await second).kind).toBe("dropped");
  });

  it("can be pictures", async () => {
    const requests = collect(controller.goals);
    const rgb = Uint8Array.from({ length: 12 }, (_, i) => i);
    const pursuit = client.pursueImage({ stampNs: 0n, width: 2, height: 2, rgb }, { timeoutMs: 1000 });
    const request = await eventually(() => requests[0], "a request");
    expect(request).toMatchObject({ kind: "image", frame: { width: 2, height: 2 } });
    expect(request.kind === "image" && [...request.frame.rgb]).toEqual([...rgb]);
    expect(request.stampNs).toBeGreaterThan(0n);
    await pursuit;
  });

  it("services can be called, and their absence is said", async () => {
    const status = new StatusClient(context.ros);
    expect(await status.call("cancel")).toBe("cancelled");
    await expect(status.call("estopReset", 300)).rejects.toMatchObject({ code: "RH-SERVICE-ABSENT" });
    const seen = collect(status.controller);
    await eventually(() => seen.length > 0, "the latched status");
    expect(seen[0]!.lifecycle).toBe("active");
  });
});
