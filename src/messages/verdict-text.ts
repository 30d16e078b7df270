import type { Command } from "../core/command.js";
import type { Verdict } from "../core/gate.js";
import { type BuiltInViolationId, isBuiltIn, type Violation } from "../core/violation.js";

const DONE = { limited: "limited to", slowdown: "slowed to", stop: "stops, at" } as const;

/** A verdict in plain words: what goes to the robot, and why. */
export function verdictText(verdict: Verdict): string {
  if (verdict.kind === "pass") return "passes what is proposed";
  return `${DONE[verdict.kind]} ${commandText(verdict.command)}: ${verdict.because.map(violationText).join("; ")}`;
}

/** What was found, in plain words and with its numbers. */
export function violationText(violation: Violation): string {
  const { id, value, limit, unit } = violation;
  if (isBuiltIn(id)) return SENTENCES[id](violation);
  if (id.endsWith(".failed")) return `${id.slice(0, -".failed".length)} failed, which counts as a no`;
  return `${id}: ${number(value)} ${unit}; ${number(limit)} ${unit} are allowed`;
}

/** Where the robot is stopped for a scanner that lies, only a person can say that it does no longer. */
const MENDED = "; once mended, restart its driver or call estop_reset";
const suspected = (evidence: number) => (evidence >= 1 ? MENDED : ", so far not for certain");

/** One sentence a finding, read after "the robot is stopped: …". */
const SENTENCES: Readonly<Record<BuiltInViolationId, (violation: Violation) => string>> = {
  proposal: () => "nothing has been proposed yet",
  "proposal.kind": () => "what is proposed is a command for another kind of robot",
  "proposal.unstamped": () => "commands come without a stamp, so that nobody knows how old they are",
  "proposal.clock": () => "the clock does not run: ROS time is still 0",
  "guard.starting": () => "the guard has just begun: an emergency stop that was pressed before would not have been received yet",
  "guard.late": ({ value, limit }) =>
    `the guard was held up for ${number(value)} s; beyond ${number(limit)} s the standby may have taken over`,
  "guard.overruled": () => "the standby brakes",
  "guard.rival": () => "somebody else commands the robot too, or could",
  "guard.proposers": () => "what proposes commands is not one node alone, or cannot be heard",
  "finite.command": () => "the command is not one finite number for each axis of the robot",
  "finite.odometry": () => "odometry has a number that is not finite",
  "finite.joints": () => "the joint states have a number that is not finite, or not one for each joint",
  "finite.position": ({ value, limit }) => `odometry is ${number(value)} from its origin; beyond ${number(limit)} it blurs`,
  "finite.scan": () => "the scan's angles or bounds of range are not finite",
  "freshness.command": age("a command", "the newest command"),
  "freshness.odometry": age("odometry", "odometry"),
  "freshness.joints": age("a joint state", "the newest joint state"),
  "freshness.scan": age("a scan", "the newest scan"),
  "emergency-stop": () => "the emergency stop is pressed, or not reset yet",
  "odometry.position": ({ value, limit }) =>
    `odometry's position is ${number(value)} m from where its own velocity leads; ${number(limit)} m are believed`,
  "odometry.angle": ({ value, limit }) =>
    `odometry's heading is ${number(value)} rad from where its own yaw rate leads; ${number(limit)} rad are believed`,
  "odometry.vx": strange("the measured forward speed"),
  "odometry.vy": strange("the measured sideways speed"),
  "odometry.yaw-rate": strange("the measured yaw rate"),
  "joints.angle": ({ value, limit }) =>
    `a joint's angle is ${number(value)} rad from where its own speed leads; ${number(limit)} rad are believed`,
  "joints.velocity": (violation) => strange(`the measured speed of ${violation.axis ?? "a joint"}`)(violation),
  "model-uncertainty.surprise": ({ value, limit }) =>
    `what happened is ${number(value)} times as far from the model's prediction as usual; ${number(limit)} times are trusted`,
  "model-uncertainty.uncertainty": ({ value, limit }) =>
    `the models disagree ${number(value)} times as much as usual; ${number(limit)} times are trusted`,
  speed: over("proposed", "are the limit"),
  "speed.measured": over("measured", "would be believed of this robot"),
  acceleration: over("proposed", "can be reached by now"),
  "acceleration.jerk": over("proposed", "can be reached by now without a jerk"),
  kinematics: over("proposed", "can be followed by this body"),
  "scan.frozen": ({ value, limit, unit }) =>
    `the scan has not changed over ${number(value)} ${unit} of motion; ${number(limit)} ${unit} are believed`,
  "scan.empty": ({ value, limit }) =>
    `for ${number(value)} s no beam of the scan has come back; ${number(limit)} s are believed (where that is usual, the robot file says so by open_space)`,
  "scan.still": ({ value }) => `the scan shows no motion while odometry does${suspected(value)}`,
  "scan.turned": ({ value }) =>
    `the scan moves as if its scanner were turned by ${number((value * 180) / Math.PI)}° from where the robot file says${MENDED}`,
  "scan.mirrored": ({ value }) =>
    `the scan turns against odometry: is the scanner mounted upside down, or the yaw of odometry reversed?${suspected(value)}`,
  "scan.late": ({ value }) => `the scan shows the motion of about ${number(value)} s before its stamp: is it stamped on arrival?${MENDED}`,
  "scan.frame": ({ axis }) => `scans come in the frame ${axis ?? "of another scanner"}, which is not that of the robot file's scanner`,
  "lateral-acceleration": ({ value, limit, unit }) =>
    unit === "m/s²"
      ? `the curve asks for ${number(value)} m/s² sideways; ${number(limit)} m/s² are the limit`
      : `proposed ${number(value)} ${unit}; at the measured speed ${number(limit)} ${unit} are the limit`,
  "keep-out": room("a keep-out zone"),
  "keep-out.unknown": () => "somebody publishes a keep-out zone that cannot be used, so that nobody knows where the robot must not be",
  workspace: room("the edge of the workspace"),
  "braking-distance": room("what the scan sees"),
  "braking-distance.blind": ({ value }) => `the scan does not cover ${number((value * 180) / Math.PI)}° of where the robot would drive`,
  "braking-distance.unmeasured": ({ value }) =>
    `the scanner measures nothing any more in ${number((value * 180) / Math.PI)}° of where the robot would drive: slowly`,
  "joint-range": ({ value, limit, unit }) =>
    Number.isNaN(value)
      ? "the joints are not measured"
      : `proposed ${number(value)} ${unit}; to stop within the joint's range ${number(limit)} ${unit} are the limit`,
  "link-clearance": room("a keep-out box, to a link of the arm"),
  "link-clearance.self": room("another link of the arm"),
};

function age(one: string, newest: string) {
  return ({ value, limit }: Violation): string => {
    if (!Number.isFinite(value)) return `${one} has not come yet`;
    if (value < 0) return `${newest} is stamped ${number(-value)} s in the future; ${number(-limit)} s are allowed`;
    return `${newest} is ${number(value)} s old; ${number(limit)} s are allowed`;
  };
}

function strange(what: string) {
  return ({ value, limit, unit }: Violation): string =>
    `${what} is ${number(value)} ${unit} from what the commands lead to; ${number(limit)} ${unit} are believed`;
}

function over(how: string, limitIs: string) {
  return ({ value, limit, unit }: Violation): string => `${how} ${number(value)} ${unit}; ${number(limit)} ${unit} ${limitIs}`;
}

/** Clearance along the stopping path, measured from the robot's centre. */
function room(to: string) {
  return ({ value, limit }: Violation): string =>
    Number.isNaN(value)
      ? `without odometry the distance to ${to} is not known`
      : `would come within ${number(value)} m of ${to} before it stands; ${number(limit)} m must stay free around its middle`;
}

function commandText(command: Command): string {
  if (command.kind === "joint-velocities") return `${command.velocitiesRps.map(number).join(", ")} rad/s`;
  const { vxMps, vyMps, yawRateRps } = command;
  const sideways = vyMps === 0 ? "" : ` and ${number(vyMps)} m/s sideways`;
  return `${number(vxMps)} m/s${sideways}${yawRateRps === 0 ? "" : `, ${number(yawRateRps)} rad/s`}`;
}

/** Two digits after the point where that says something, and never 0.00 for what is not 0. */
function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = value.toFixed(2);
  return Number(rounded) === 0 && value !== 0 ? String(Number(value.toPrecision(2))) : String(Number(rounded));
}
