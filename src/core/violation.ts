/** Everything that the gate can find wrong, and which of its rules finds it. One line a finding: the ids below are made of this table. */
const FOUND_BY = {
  proposal: "gate",
  "proposal.kind": "gate",
  "proposal.unstamped": "guard",
  "proposal.clock": "guard",
  "guard.starting": "guard",
  "guard.late": "guard",
  "guard.overruled": "guard",
  "guard.rival": "guard",
  "guard.proposers": "guard",
  "finite.command": "finite",
  "finite.odometry": "finite",
  "finite.joints": "finite",
  "finite.position": "finite",
  "finite.scan": "finite",
  "freshness.command": "freshness",
  "freshness.odometry": "freshness",
  "freshness.joints": "freshness",
  "freshness.scan": "freshness",
  "emergency-stop": "emergency-stop",
  "odometry.position": "plausible-motion",
  "odometry.angle": "plausible-motion",
  "odometry.vx": "plausible-motion",
  "odometry.vy": "plausible-motion",
  "odometry.yaw-rate": "plausible-motion",
  "joints.angle": "plausible-motion",
  "joints.velocity": "plausible-motion",
  "model-uncertainty.surprise": "model-uncertainty",
  "model-uncertainty.uncertainty": "model-uncertainty",
  speed: "speed",
  "speed.measured": "speed",
  acceleration: "acceleration",
  "acceleration.jerk": "jerk",
  kinematics: "kinematics",
  "scan.frozen": "plausible-scan",
  "scan.empty": "plausible-scan",
  "scan.still": "plausible-scan",
  "scan.turned": "plausible-scan",
  "scan.mirrored": "plausible-scan",
  "scan.late": "plausible-scan",
  "scan.frame": "guard",
  "lateral-acceleration": "lateral-acceleration",
  "keep-out": "keep-out",
  "keep-out.unknown": "keep-out",
  workspace: "workspace",
  "braking-distance": "braking-distance",
  "braking-distance.blind": "braking-distance",
  "braking-distance.unmeasured": "braking-distance",
  "joint-range": "joint-range",
  "link-clearance": "link-clearance",
  "link-clearance.self": "link-clearance",
} as const;

export type BuiltInViolationId = keyof typeof FOUND_BY;
export type BuiltInRuleId = Exclude<(typeof FOUND_BY)[BuiltInViolationId], "gate" | "guard">;
/** A rule of somebody's own, named in a robot file; what it finds carries its name. */
export type CustomRuleId = `custom/${string}`;
export type RuleId = BuiltInRuleId | CustomRuleId;
/** Reported for a rule that threw, by the gate itself, or by the guard around it. */
export type FailureId = `${RuleId | "gate" | "guard"}.failed`;
export type ViolationId = BuiltInViolationId | CustomRuleId | FailureId;
/** What a rule can report, besides that it failed. */
export type ViolationOf<Rule extends RuleId> = Rule extends BuiltInRuleId
  ? { [Id in BuiltInViolationId]: (typeof FOUND_BY)[Id] extends Rule ? Id : never }[BuiltInViolationId]
  : Rule;

export type Unit = "1" | "m" | "rad" | "m/s" | "rad/s" | "m/s²" | "s";

/** A limit that was met or broken, as data: what was found, what was commanded, what is allowed, in the unit of the rule. */
export interface Violation {
  readonly id: ViolationId;
  readonly value: number;
  readonly limit: number;
  readonly unit: Unit;
  /** Which number of a command or a measurement it is about, where the id leaves that open: the name of a joint. */
  readonly axis?: string;
}

export const VIOLATION_IDS = Object.keys(FOUND_BY) as readonly BuiltInViolationId[];

/** Findings that had another name in the release before: read by it in recordings, and told by it beside the present one in `status`. */
export const FORMER_IDS: Readonly<Partial<Record<BuiltInViolationId, string>>> = {
  "model-uncertainty.surprise": "doubt.surprise",
  "model-uncertainty.uncertainty": "doubt.uncertainty",
};

export function isBuiltIn(id: string): id is BuiltInViolationId {
  return Object.hasOwn(FOUND_BY, id);
}

/** Whose finding it is. */
export function ruleOf(id: ViolationId): RuleId | "gate" | "guard" {
  return isBuiltIn(id) ? FOUND_BY[id] : (id.replace(/\.failed$/, "") as CustomRuleId);
}
