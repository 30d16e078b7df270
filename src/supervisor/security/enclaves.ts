import { inputsOf, type Reader } from "../../messages/topic.js";
import { SERVICES, TOPIC_TABLE, TOPICS } from "../../messages/topics.js";

/** What the holder of an enclave's key may do. Names are as in the table of topics; `*` stands for anything. */
export interface Enclave {
  /** Without its leading slash. */
  readonly name: string;
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
  /** Services that it offers, and that it calls. */
  readonly serves: readonly string[];
  readonly calls: readonly string[];
}

const T = TOPICS;
const ALL = ["*"];
/** A node's own services: parameters, lifecycle. */
const own = (node: string) => [`${node}/*`];
const read = (who: Reader) => inputsOf(TOPIC_TABLE).flatMap(([, entry]) => (entry.readBy?.includes(who) ? [entry.topic] : []));
const OPERATED = [...Object.values(SERVICES), ...own("controller")];
const ORDERS = [T.estop, T.goalPose, T.goalImage, T.keepOut];

/**
 * One enclave for each process, and one for each person. Only the guard and its standby may command the base, only the controller may propose, only
 * operators may stop, reset, and say where to go.
 */
export function enclavesFor(operators: readonly string[]): Enclave[] {
  const { cancel, pause, resume, estopReset } = SERVICES;
  return [
    {
      name: "guard",
      publishes: [T.command, T.jointCommands, T.guardState, T.estopLatched, T.diagnostics],
      // Its own commands' topic: to hear who else commands.
      subscribes: [
        ...read("guard"),
        T.commandProposed,
        T.jointsProposed,
        T.command,
        T.jointCommands,
        T.standbyState,
        T.estopHeard,
        T.estopLatched,
        T.clock,
      ],
      serves: [estopReset],
      calls: [],
    },
    {
      name: "standby",
      publishes: [T.command, T.jointCommands, T.standbyState, T.estopHeard, T.diagnostics],
      subscribes: [T.command, T.jointCommands, T.estop, T.estopLatched, T.clock],
      serves: [],
      calls: [],
    },
    {
      name: "controller",
      publishes: [
        ...[
          T.commandProposed,
          T.jointsProposed,
          T.modelUncertainty,
          T.formerModelUncertainty,
          T.estopHeard,
          T.plan,
          T.markers,
          T.imagination,
          T.status,
          T.trace,
          T.diagnostics,
        ],
        ...own("controller"),
      ],
      subscribes: [...read("controller"), T.guardState, T.estopLatched, T.clock],
      serves: [cancel, pause, resume, ...own("controller")],
      calls: [],
    },
    {
      name: "base",
      publishes: [T.odometry, T.scan, T.image, T.cameraInfo, T.jointStates, T.tf, T.diagnostics],
      subscribes: [T.command, T.jointCommands],
      serves: own("base"),
      calls: [],
    },
    {
      name: "simulation",
      publishes: [...[T.odometry, T.scan, T.image, T.cameraInfo, T.jointStates, T.tf, T.diagnostics, T.clock, T.worldState, T.truth]],
      subscribes: [T.command, T.jointCommands, T.initialPose],
      serves: own("simulation"),
      calls: [],
    },
    {
      name: "supervisor",
      publishes: [...ORDERS, T.initialPose],
      subscribes: ALL,
      serves: [],
      calls: [...OPERATED, ...own("simulation")],
    },
    { name: "recorder", publishes: [], subscribes: ALL, serves: [], calls: [] },
    ...operators.map((operator) => ({
      name: `operators/${operator}`,
      publishes: ORDERS,
      subscribes: ALL,
      serves: [],
      calls: OPERATED,
    })),
  ];
}
