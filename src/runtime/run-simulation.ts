import { readRobotFile } from "../config/robot-file.js";
import { seededRandom } from "../math/random.js";
import { rosBodyOf } from "../ros/nodes/body-topics.js";
import { SimulationNode } from "../ros/nodes/simulation-node.js";
import { openRos } from "../ros/rcl/context.js";
import { worldDefinition } from "../worlds/index.js";
import { projectPath } from "./project-path.js";
import { useWorld } from "./world-module.js";

/** The simulation process: an embedded world in the place of a robot. The robot begins at a free place that follows from the seed; a task, at the start of its episode. */
export async function runSimulation(rosArgs: readonly string[], nameOrPath: string, cameraSizePx?: number): Promise<void> {
  const world = await useWorld(nameOrPath);
  const ros = await openRos({ args: rosArgs });
  const definition = worldDefinition(world);
  const robot = readRobotFile(projectPath(`calibration/${definition.robot}/robot.yaml`));
  const node = new SimulationNode(ros, {
    body: rosBodyOf(robot),
    createWorld(seed) {
      const options = { seed, ...(cameraSizePx !== undefined && { cameraSizePx }) };
      if (definition.type === "task") {
        const made = definition.create(options);
        made.restore(definition.episode(seed).start);
        return made;
      }
      const made = definition.create(options);
      made.place(made.samplePose(seededRandom(seed).fork("start"), 0.1));
      return made;
    },
  });
  node.start();
  node.log.info(`the world '${world}' runs in real time`);
  await ros.stopped;
}
