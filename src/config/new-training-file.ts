import type { NewRobot } from "./new-robot.js";
import { short } from "./new-robot-file.js";

/** A training configuration for a robot: its topics, picture and action ranges; networks and schedule as those of the shipped models with such a camera. */
export function newTrainingFile({ base, picture, topics, widthM }: NewRobot): string {
  const { forwardMps, reverseMps, yawRateRps, drive, camera } = base;
  const axis = (name: string, unit: string, low: number, high: number) =>
    `    - { name: ${name}, unit: ${unit}, range: [${short(low)}, ${short(high)}] }`;
  const axes = [
    axis("linear.x", "m/s", -reverseMps, forwardMps),
    ...(drive === "omnidirectional" ? [axis("linear.y", "m/s", -reverseMps, reverseMps)] : []),
    axis("angular.z", "rad/s", -yawRateRps, yawRateRps),
  ];
  const speeds = drive === "omnidirectional" ? ["linear.x", "linear.y", "angular.z"] : ["linear.x", "angular.z"];
  // A camera that rides along sees a part of a place: where it is, odometry has to say; one that stands still sees all of it.
  const rides = camera === undefined || camera.mountedOn !== "odom";
  const sensed = rides ? [...speeds, "robot.x", "robot.y", "robot.yaw.cos", "robot.yaw.sin"] : speeds;
  const name = JSON.stringify(base.name);
  return `# How a model of ${base.name} is trained. Every setting: docs/reference/training.md. Ranges are the limits of robot.yaml; names of topics are
# here and nowhere else: robot.launch.py reads them from here.
world: ${name}
name: base
robot: { name: ${name}, corridor_half_width_m: ${short(widthM / 2)} } # --config FOLDER reads the robot.yaml beside this file
about:
  what: ${JSON.stringify(`${base.name}, a ${drive} base`)}
  limits:
    - "Made for one robot, its camera and the places of its recordings. Other pictures give meaningless latents; their one-step error (surprise) is then far above the figures here."
topics:
  {
    image: ${JSON.stringify(topics.image)},
    odometry: ${JSON.stringify(topics.odometry)},
    scan: ${JSON.stringify(topics.scan)},
    command: ${JSON.stringify(topics.command)},
  }
image: { width: ${picture.widthPx}, height: ${picture.heightPx}, encoding: rgb8 }
proprioception: [${sensed.join(", ")}]
action:
  block: 4 # control periods that one model step covers
  period_s: 0.05
  command_timeout_s: ${short(base.timeoutS)} # as base.command_timeout_s in robot.yaml
  axes:
${axes.join("\n")}
${rides ? RIDING : OVERHEAD}`;
}

const RIDING = `model:
  { image_latent: 64, patch_channels: 48, merge_channels: 64, encoder_hidden: 256, predictor_hidden: 256, predictor_blocks: 2, decoder_channels: 12 }
# Grounding: a picture tells the place, as odometry measured it; what goal pictures are found by.
objective:
  {
    anti_collapse: vicreg,
    prediction: 10.0,
    variance: 10.0,
    covariance: 1.0,
    inverse_dynamics: 2.0,
    odometry: 10.0,
    grounding: 10.0,
    grounding_seen: 100.0,
  }
schedule: { steps: 8000, batch: 48, targets: [1, 3, 8], learning_rate: 2.0e-3 }
heads: { readout_steps: 6000, cost_to_go_steps: 8000, decoder_steps: 600, batch: 512 }
`;

const OVERHEAD = `model: { image_latent: 32, patch_channels: 48, merge_channels: 64, encoder_hidden: 160, predictor_hidden: 256, predictor_blocks: 2 }
objective: { anti_collapse: vicreg, prediction: 10.0, variance: 10.0, covariance: 1.0, sigreg: 1.0, inverse_dynamics: 2.0, odometry: 10.0 }
schedule: { steps: 5000, batch: 64, targets: [1, 2, 4, 8], learning_rate: 2.0e-3 }
`;
