import { expect, it } from "vitest";
import { inputsOf } from "../../../../src/messages/topic.js";
import { SERVICES, TOPIC_TABLE, TOPICS } from "../../../../src/messages/topics.js";
import { topicsOf } from "../../../../src/supervisor/security/access-documents.js";
import { enclavesFor } from "../../../../src/supervisor/security/enclaves.js";

const enclaves = enclavesFor(["alice", "bob"]);
const scope = { namespace: "", renamed: {} };
const who = (side: "publish" | "subscribe", topic: string) =>
  enclaves.filter((enclave) => topicsOf(enclave, scope)[side].includes(topic)).map(({ name }) => name);

it("lets only the guard and its standby command the base, and only the controller propose", () => {
  for (const topic of [TOPICS.command, TOPICS.jointCommands]) expect(who("publish", `rt/${topic}`)).toEqual(["guard", "standby"]);
  for (const topic of [TOPICS.commandProposed, TOPICS.jointsProposed, TOPICS.modelUncertainty])
    expect(who("publish", `rt/${topic}`)).toEqual(["controller"]);
});

it("lets only operators, and the supervisor that they start, stop, reset and say where to go", () => {
  const operators = ["supervisor", "operators/alice", "operators/bob"];
  for (const topic of [TOPICS.estop, TOPICS.goalPose, TOPICS.goalImage]) expect(who("publish", `rt/${topic}`)).toEqual(operators);
  for (const service of Object.values(SERVICES)) expect(who("publish", `rq/${service}Request`)).toEqual(operators);
  expect(who("subscribe", `rq/${SERVICES.estopReset}Request`)).toEqual(["guard"]);
  expect(who("publish", `rr/${SERVICES.estopReset}Reply`)).toEqual(["guard"]);
  // Nobody sets a parameter of the guard: it has none to set.
  expect(enclaves.flatMap(({ calls }) => calls).filter((name) => name.startsWith("guard"))).toEqual([]);
});

it("lets nobody publish what he likes", () => {
  for (const enclave of enclaves) expect(topicsOf(enclave, scope).publish.filter((topic) => topic.startsWith("rt/*"))).toEqual([]);
  expect(who("publish", "rt/cmd_vel")).not.toContain("recorder");
});

it("gives every topic somebody who publishes it, and to guard and controller all that they read", () => {
  for (const topic of Object.values(TOPICS)) expect(who("publish", `rt/${topic.replace(/^\//, "")}`), topic).not.toEqual([]);
  for (const [, { topic, readBy }] of inputsOf(TOPIC_TABLE))
    for (const reader of readBy ?? []) expect(who("subscribe", `rt/${topic}`), topic).toContain(reader);
});

it("moves names into a namespace and under other names, and leaves global ones", () => {
  const [guard] = enclaves;
  const { publish, subscribe } = topicsOf(guard!, { namespace: "robot1", renamed: { cmd_vel_proposed: "nav_vel", scan: "/front/scan" } });
  expect(publish).toContain("rt/robot1/cmd_vel");
  expect(publish).toContain("rt/diagnostics");
  expect(publish).toContain("rr/robot1/estop_resetReply");
  expect(subscribe).toEqual(expect.arrayContaining(["rt/robot1/nav_vel", "rt/front/scan", "ros_discovery_info", "rt/clock"]));
  expect(subscribe).not.toContain("rt/robot1/cmd_vel_proposed");
});
