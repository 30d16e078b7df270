import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELIABLE_QOS } from "../../src/messages/qos.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints } from "../../src/ros/rcl/endpoints.js";
import { CommandProcess, NodeProcess } from "./processes/node-process.js";
import { eventually, sleep, withRos } from "./support.js";

/** More by hand: `REHEARSE_TRIES=40`. */
const TRIES = Number(process.env.REHEARSE_TRIES ?? 3);

describe("whoever presses the emergency stop once", () => {
  const context = withRos();
  const processes: NodeProcess[] = [];
  let status: StatusClient;
  let state: GuardState | undefined;
  let mode = "";

  beforeAll(async () => {
    status = new StatusClient(context.ros);
    status.guard.subscribe((heard) => {
      state = heard;
    });
    status.controller.subscribe((controller) => {
      mode = controller.mode;
    });
    processes.push(new NodeProcess("simulation"), new NodeProcess("guard"), new NodeProcess("controller"));
    await eventually(() => mode === "idle" && state !== undefined, "the nodes", 90_000);
  });

  afterAll(async () => {
    for (const each of processes.reverse()) await each.stop();
  });

  /** @param tries said when it fails */
  const both = async (wanted: string, pressed: boolean, tries: number) => {
    const are = () => mode === wanted && state?.values.emergency_stop === String(pressed);
    await eventually(are, "both", 10_000).catch(() => {
      throw new Error(`try ${tries + 1}: the controller is ${mode}, not ${wanted}; the guard's stop: ${state?.values.emergency_stop}`);
    });
  };

  it("by the command stops guard and controller, each time", async () => {
    for (let i = 0; i < TRIES; i++) {
      const command = new CommandProcess(["estop"]);
      await both("stopped", true, i);
      await eventually(() => command.ended, "the command's end", 20_000);
      expect(command.ended?.code, command.output).toBe(0);
      await eventually(() => status.call("estopReset").catch(() => undefined), "the reset", 20_000);
      await both("idle", false, i);
    }
  }, 600_000);

  it("by a publisher that is gone as soon as one subscription has matched stops guard and controller, each time", async () => {
    for (let i = 0; i < TRIES; i++) {
      const button = new Endpoints(context.ros, context.ros.createNode(`button${i}`)).publish("std_msgs/msg/Bool", "/estop", RELIABLE_QOS);
      await eventually(() => button.subscribers > 0, "a subscription");
      button.send({ data: true });
      await sleep(100);
      button.end();
      await both("stopped", true, i);
      await eventually(() => status.call("estopReset").catch(() => undefined), "the reset", 40_000);
      await both("idle", false, i);
    }
  }, 900_000);
});
