import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LATCHED_QOS } from "../../src/messages/qos.js";
import { ControllerStops } from "../../src/ros/nodes/controller-stops.js";
import { Endpoints, type Publication } from "../../src/ros/rcl/endpoints.js";
import { eventually, sleep, withRos } from "./support.js";

describe("the controller's emergency stop", () => {
  const context = withRos();
  let pressed: boolean | undefined;
  let guards: Publication<{ data: boolean }>[];

  beforeEach(() => {
    const { ros } = context;
    const controller = new Endpoints(ros, ros.createNode("controller"));
    pressed = false;
    new ControllerStops(
      controller,
      () => {},
      (now) => {
        pressed = now;
      },
    );
    controller.node.spin();
    guards = ["guard", "guard_again"].map((name) =>
      new Endpoints(ros, ros.createNode(name)).publish("std_msgs/msg/Bool", "/estop_latched", LATCHED_QOS),
    );
  });
  afterEach(() => {
    for (const guard of guards) guard.end();
  });
  const say = async (guard: number, inForce: boolean) => {
    guards[guard]!.send({ data: inForce });
    await sleep(300);
  };

  it("is over when the guard that took it over from a dead one says so, though the dead one is known for a while yet", async () => {
    await say(0, true);
    await eventually(() => pressed === true, "the stop");
    await say(1, true);
    expect(pressed).toBe(true);
    guards[1]!.send({ data: false });
    await eventually(() => pressed === false, "the end of the stop");
  });

  it("goes on when a guard that never had it says that it has none", async () => {
    await say(0, true);
    await say(1, false);
    expect(pressed).toBe(true);
    await say(0, false);
    await eventually(() => pressed === false, "the end of the stop");
  });
});
