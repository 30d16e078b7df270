import type { Pose2 } from "../../core/body.js";
import { RehearseError } from "../../core/error.js";
import type { PoseWithCovarianceStampedMessage } from "../../messages/pose.js";
import { quaternionFromYaw } from "../../messages/pose.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import { header } from "../../messages/stamp.js";
import { TOPICS } from "../../messages/topics.js";
import type { WorldState } from "../nodes/simulation-node.js";
import type { Ros } from "../rcl/context.js";
import { Endpoints, type Publication } from "../rcl/endpoints.js";

const PARAMETER_INTEGER = 2;
const ANSWER_MS = 5000;

/** Sets up a running simulation: which world, and where the robot stands in it; and reads its ground truth. */
export class SimulationClient {
  private readonly endpoints: Endpoints;
  private readonly initialPose: Publication<PoseWithCovarianceStampedMessage>;
  private readonly listeners = new Set<(state: WorldState) => void>();
  private last: WorldState | undefined;

  constructor(
    ros: Ros,
    private readonly simulation = "simulation",
  ) {
    const node = ros.createNode("simulation_client", "", { answersParameterRequests: false });
    this.endpoints = new Endpoints(ros, node);
    this.initialPose = this.endpoints.publish("geometry_msgs/msg/PoseWithCovarianceStamped", TOPICS.initialPose, RELIABLE_QOS);
    this.endpoints.subscribeLatched("std_msgs/msg/String", TOPICS.worldState, ({ data }) => {
      this.last = JSON.parse(data) as WorldState;
      for (const listener of this.listeners) listener(this.last);
    });
    node.spin();
  }

  /** The newest state; undefined before the first. */
  get state(): WorldState | undefined {
    return this.last;
  }

  /** Subscribes to every state from now on. @returns the function that unsubscribes */
  watch(listener: (state: WorldState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Makes the world of a seed. @throws RehearseError RH-SERVICE-ABSENT, RH-SIMULATION */
  async setSeed(seed: number): Promise<void> {
    const changed = this.next((state) => state.seed === seed, `to make the world of seed ${seed}`);
    const request = { parameters: [{ name: "seed", value: { type: PARAMETER_INTEGER, integer_value: BigInt(seed) } }] };
    const type = "rcl_interfaces/srv/SetParameters";
    const answer = await this.endpoints.call<{ results: { successful: boolean; reason: string }[] }>(
      type,
      `${this.simulation}/set_parameters`,
      request,
      ANSWER_MS,
    );
    const refused = answer.results.find(({ successful }) => !successful);
    if (refused) throw new RehearseError("RH-SIMULATION", `the simulation refused seed ${seed}: ${refused.reason}`, "choose another seed");
    await changed;
  }

  /** Puts the robot at rest at a pose of the odometry frame. @throws RehearseError RH-SIMULATION when it would touch something there */
  async place(pose: Pose2): Promise<void> {
    const before = this.last?.placements ?? -1;
    const placed = this.next((state) => state.placements > before, "to place the robot");
    this.initialPose.send({
      header: header(0n, "odom"),
      pose: {
        pose: { position: { x: pose.xM, y: pose.yM, z: 0 }, orientation: quaternionFromYaw(pose.yawRad) },
        covariance: new Float64Array(36),
      },
    });
    const { placementRefusal } = await placed;
    if (placementRefusal !== undefined) {
      throw new RehearseError("RH-SIMULATION", `the robot can't be placed: ${placementRefusal}`, "choose a free place");
    }
  }

  /** The next state that fulfils a condition. */
  next(isIt: (state: WorldState) => boolean, wanted: string): Promise<WorldState> {
    return new Promise((resolve, reject) => {
      const stop = this.watch((state) => {
        if (!isIt(state)) return;
        stop();
        clearTimeout(timer);
        resolve(state);
      });
      const timer = setTimeout(() => {
        stop();
        reject(
          new RehearseError(
            "RH-SIMULATION",
            `the simulation took more than ${ANSWER_MS / 1000} s ${wanted}`,
            "is it running? ./rehearse status",
          ),
        );
      }, ANSWER_MS);
    });
  }
}
