import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LATCHED_QOS, type Qos, RELIABLE_QOS, SENSOR_QOS } from "../../src/messages/qos.js";
import { stampFromNs } from "../../src/messages/stamp.js";
import { type GuardState, StatusClient } from "../../src/ros/clients/status-client.js";
import { Endpoints, type Publication } from "../../src/ros/rcl/endpoints.js";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, Peer, sleep, withRos } from "./support.js";

/** Turning in place is always allowed where nothing is near. */
const TURN_RPS = 0.8;

describe("the emergency stop of a guard in a process of its own, with a robot that turns", () => {
  const context = withRos();
  let simulation: NodeProcess;
  let guard: NodeProcess;
  let status: StatusClient;
  let state: GuardState | undefined;
  let commands: number[] = [];
  let proposing: NodeJS.Timeout;
  const buttons = new Map<string, Publication<{ data: boolean }>>();
  const stateFolder = join(process.env.XDG_STATE_HOME!, "rehearse");

  beforeAll(async () => {
    const { ros } = context;
    status = new StatusClient(ros);
    status.guard.subscribe((heard) => {
      state = heard;
    });
    const endpoints = new Endpoints(ros, ros.createNode("driver"));
    const propose = endpoints.publish("geometry_msgs/msg/TwistStamped", "/cmd_vel_proposed", RELIABLE_QOS);
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", "/cmd_vel", RELIABLE_QOS, ({ twist }) => commands.push(twist.angular.z));
    endpoints.node.spin();
    const panel = (name: string, qos: Qos) =>
      buttons.set(name, new Endpoints(ros, ros.createNode(name)).publish("std_msgs/msg/Bool", "/estop", qos));
    panel("latched", LATCHED_QOS);
    panel("best_effort", SENSOR_QOS);
    panel("reliable", RELIABLE_QOS);
    const twist = { linear: { x: 0, y: 0, z: 0 }, angular: { x: 0, y: 0, z: TURN_RPS } };
    proposing = setInterval(
      () => propose.send({ header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" }, twist }),
      40,
    );
    simulation = new NodeProcess("simulation");
    await startGuard();
  });

  afterAll(async () => {
    clearInterval(proposing);
    await Promise.all([guard.stop(), simulation.stop()]);
  });

  const startGuard = async (env: NodeJS.ProcessEnv = {}, rosArgs: readonly string[] = []) => {
    state = undefined;
    commands = [];
    guard = new NodeProcess("guard", {}, env, rosArgs);
    await eventually(() => state, "the guard", 30_000);
  };
  const killGuard = async () => {
    await guard.stop("SIGKILL");
    // What it sent last has come.
    await sleep(300);
  };
  const press = (name: string, pressed: boolean) => buttons.get(name)!.send({ data: pressed });
  const isPressed = () => state?.values.emergency_stop === "true";
  const turns = () => eventually(() => !isPressed() && commands.slice(-5).some((rps) => rps > 0.1), "motion", 20_000);
  const stands = () => eventually(() => isPressed() && commands.slice(-10).every((rps) => rps === 0), "a stop");
  /** As a button that says again and again that it is pressed: what it says before anybody has found it is lost. */
  const pressUntilItStands = async (name: string) => {
    const again = setInterval(() => press(name, true), 100);
    try {
      await stands();
    } finally {
      clearInterval(again);
    }
  };
  const reset = async () => {
    let refusal = "";
    const granted = () =>
      status.call("estopReset").catch((error) => {
        refusal = String(error);
        return undefined;
      });
    await eventually(granted, "the reset", 20_000).catch((error) => {
      throw new Error(`${error}: ${refusal}`);
    });
  };

  it("starts at once where none was pressed", async () => {
    await turns();
  });

  it.each(["best_effort", "reliable", "latched"])("hears a button that publishes %s", async (name) => {
    press(name, true);
    await stands();
    await expect(status.call("estopReset")).rejects.toMatchObject({
      code: "RH-SERVICE-REFUSED",
      details: { answer: expect.stringContaining("its button is pressed") },
    });
    press(name, false);
    await reset();
    await turns();
  });

  it("keeps buttons apart: what one says releases no other", async () => {
    press("latched", true);
    await stands();
    press("reliable", false);
    press("best_effort", false);
    await sleep(300);
    await expect(status.call("estopReset")).rejects.toMatchObject({
      code: "RH-SERVICE-REFUSED",
      details: { answer: expect.stringContaining("its button is pressed (by latched)") },
    });
    press("latched", false);
    await reset();
    await turns();
  });

  it("stays when the button that was pressed is gone, until it is reset", async () => {
    const peer = await Peer.start();
    await peer.advertise("/estop", "std_msgs/msg/Bool");
    await eventually(async () => (await peer.count("/estop")).subscribers >= 2, "discovery");
    await sleep(500);
    await peer.publish("/estop", "std_msgs/msg/Bool", { data: true });
    await stands();
    await peer.stop();
    press("reliable", false);
    await sleep(500);
    expect(isPressed()).toBe(true);
    await reset();
    await turns();
  });

  it("outlives the guard, with the button still held and after it was released, until it is reset", async () => {
    press("reliable", true);
    await stands();
    await sleep(300);
    await killGuard();
    await startGuard();
    await stands();
    // Until it has discovered who is there, nobody counts as gone.
    const answers: string[] = [];
    await eventually(
      () =>
        status.call("estopReset").then(
          () => Promise.reject(new Error("the reset was granted")),
          (error) => {
            answers.push(String(error.details.answer));
            return answers.at(-1)!.includes("its button is pressed (by reliable)");
          },
        ),
      "the button's name",
    );
    expect(answers.slice(0, -1).filter((answer) => !/has just begun|its button is pressed/.test(answer))).toEqual([]);
    press("reliable", false);
    await sleep(500);
    await killGuard();
    await startGuard();
    await sleep(2500);
    await stands();
    expect(commands.every((rps) => rps === 0)).toBe(true);
    await reset();
    await turns();
    await sleep(300);
    await killGuard();
    await startGuard();
    await turns();
  });

  it("was pressed, when the file that keeps it can't be read", async () => {
    await killGuard();
    for (const file of readdirSync(stateFolder)) writeFileSync(join(stateFolder, file), "{");
    await startGuard();
    await stands();
    expect(guard.output).toContain("RH-ESTOP-LATCH");
    await reset();
    await turns();
  });

  it("of a latched button pressed before the guard began comes before the first motion", async () => {
    await killGuard();
    for (const file of readdirSync(stateFolder)) writeFileSync(join(stateFolder, file), '{"latched":false,"held":[]}');
    press("latched", true);
    await startGuard();
    await stands();
    await sleep(1500);
    expect(commands.every((rps) => rps === 0)).toBe(true);
    press("latched", false);
    await reset();
    await turns();
  });

  it("is the robot's, whatever the guard's name, and no other robot's", async () => {
    press("reliable", true);
    await stands();
    press("reliable", false);
    await sleep(300);
    await killGuard();
    await startGuard({}, ["-r", "__node:=another", "-r", "__ns:=/elsewhere", "-r", "guard_state:=/guard_state"]);
    await sleep(2000);
    expect(isPressed()).toBe(false);
    await killGuard();
    await startGuard({}, ["-r", "__node:=another"]);
    await stands();
    await reset();
    await turns();
  });

  it("counts as pressed from the start where it could not have been kept, and says so", async () => {
    await killGuard();
    await startGuard({ XDG_STATE_HOME: "/proc/nowhere" });
    await stands();
    expect(state?.message).toContain("RH-ESTOP-WRITE");
    expect(state?.level).toBe("error");
    expect(commands.every((rps) => rps === 0)).toBe(true);
    await reset();
    await turns();
    await killGuard();
    await startGuard();
    await turns();
  });

  it("is remembered by the standby for a guard whose file is lost", async () => {
    const standby = new NodeProcess("standby");
    await eventually(() => state?.values.standby === "watches", "the standby", 20_000);
    await turns();
    press("reliable", true);
    await stands();
    press("reliable", false);
    await sleep(300);
    await killGuard();
    for (const file of readdirSync(stateFolder)) if (!file.includes("standby")) rmSync(join(stateFolder, file));
    await startGuard();
    await stands();
    await sleep(2000);
    expect(commands.every((rps) => rps === 0)).toBe(true);
    await reset();
    await turns();
    await standby.stop();
    await sleep(1500);
  });

  it("that the guard can't hear reaches it by the standby and by the controller; one that they can't hear reaches the controller by the guard", async () => {
    const deaf = ["-r", "estop:=/nobody/estop"];
    await killGuard();
    await startGuard({}, deaf);
    await turns();
    const standby = new NodeProcess("standby");
    await eventually(() => state?.values.standby === "watches", "the standby", 20_000);
    await pressUntilItStands("best_effort");
    await expect(status.call("estopReset")).rejects.toThrow("is pressed (by standby)");
    press("best_effort", false);
    await reset();
    await turns();
    await standby.stop();

    let mode = "";
    const watched = status.controller.subscribe((controller) => {
      mode = controller.mode;
    });
    const quiet = ["-r", "cmd_vel_proposed:=/nobody/proposed"];
    const controller = new NodeProcess("controller", {}, {}, quiet);
    await eventually(() => mode === "idle", "the controller", 60_000);
    await pressUntilItStands("reliable");
    await eventually(() => mode === "stopped", "the controller's stop");
    press("reliable", false);
    await reset();
    await eventually(() => mode === "idle", "the controller's reset");
    await controller.stop();
    await killGuard();
    await startGuard();
    await turns();
    const deafController = new NodeProcess("controller", {}, {}, [...deaf, ...quiet]);
    mode = "";
    await eventually(() => mode === "idle", "the controller", 60_000);
    press("reliable", true);
    await stands();
    await eventually(() => mode === "stopped", "the controller's stop");
    press("reliable", false);
    await sleep(500);
    // Until the reset, not only until the release.
    expect(mode).toBe("stopped");
    await reset();
    await eventually(() => mode === "idle", "the controller's reset");
    watched.unsubscribe();
    await deafController.stop();
    await turns();
  });

  it("isn't needed against somebody who commands the base past the guard: it stops until that is over", async () => {
    const peer = await Peer.start();
    const twist = { angular: { z: 0.01 } };
    const rival = setInterval(() => void peer.publish("/cmd_vel", "geometry_msgs/msg/TwistStamped", { twist }), 50);
    await eventually(() => state?.message.startsWith("RH-GUARD-RIVAL: somebody else publishes cmd_vel"), "the report", 20_000);
    expect(state?.level).toBe("error");
    await eventually(
      () =>
        commands
          .filter((rps) => rps !== 0.01)
          .slice(-5)
          .every((rps) => rps === 0),
      "a stop",
    );
    clearInterval(rival);
    // As long as it could command, it counts.
    await sleep(500);
    expect(state?.message).toMatch(/^RH-GUARD-RIVAL/);
    await peer.stop();
    await turns();
  });
});
