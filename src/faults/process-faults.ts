import { type Fault, TIMED_REPEATS } from "./fault.js";
import type { NodeName } from "./rig.js";

/** The age at which the guard drops a command, its own ramp to zero, and 50 ms for everything in between. */
const COMMAND_LOST_MS = 300;
/** The age at which the guard drops odometry, and 150 ms. */
const ODOMETRY_LOST_MS = 350;
/** From the zero command on: the lag of the drive and its deceleration from full speed. */
const TO_REST_MS = 900;
/** The robot's own timeout, then its deceleration from full speed. */
const TIMEOUT_TO_REST_MS = 500 + TO_REST_MS;
const HOLD_MS = 1300;
/** They take long, but no two moments are alike. */
const ANY_MOMENT_REPEATS = 5;
/** Without any command the robot comes to rest later. */
const GUARD_HOLD_MS = 1800;

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: "controller-killed",
    what: "the controller gets SIGKILL",
    allowed: { zeroMs: COMMAND_LOST_MS, restMs: COMMAND_LOST_MS + TO_REST_MS, touches: 0 },
    repeats: 20,
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject: (rig) => rig.signal("controller", "SIGKILL"),
    lift: (rig) => rig.ready(false),
  },
  {
    name: "controller-stopped",
    what: "the controller gets SIGSTOP, later SIGCONT",
    allowed: { zeroMs: COMMAND_LOST_MS, restMs: COMMAND_LOST_MS + TO_REST_MS, touches: 0 },
    repeats: 20,
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.signal("controller", "SIGSTOP"),
    lift: (rig) => rig.signal("controller", "SIGCONT"),
  },
  {
    name: "controller-blocked",
    what: "the event loop of the controller is blocked by a busy loop",
    allowed: { zeroMs: COMMAND_LOST_MS, restMs: COMMAND_LOST_MS + TO_REST_MS, touches: 0 },
    repeats: 20,
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.order({ thread: "main", act: "block", forMs: HOLD_MS }),
  },
  {
    name: "planner-killed",
    what: "the planner thread ends; the controller starts another",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.order({ thread: "planner", act: "end" }),
  },
  {
    name: "planner-blocked",
    what: "the planner thread is blocked for 2.5 s: the plan runs out after 1 s",
    // The plan's frame is older than the fault.
    allowed: { zeroMs: 1000 + 150, restMs: 1150 + TO_REST_MS, touches: 0 },
    holdMs: 2500,
    after: "resumes",
    inject: (rig) => rig.order({ thread: "planner", act: "block", forMs: 2500 }),
  },
  {
    name: "planner-hung",
    what: "the planner thread is blocked for good: the controller ends it after 3 s, and starts another",
    allowed: { zeroMs: 1000 + 150, restMs: 1150 + TO_REST_MS, touches: 0 },
    holdMs: 2500,
    after: "resumes",
    inject: (rig) => rig.order({ thread: "planner", act: "block", forMs: 3_600_000 }),
  },
  {
    name: "guard-stopped",
    what: "the guard gets SIGSTOP: only the robot's own 0.5 s timeout is left",
    allowed: { restMs: TIMEOUT_TO_REST_MS, touches: 0 },
    holdMs: GUARD_HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.signal("guard", "SIGSTOP"),
    lift: (rig) => rig.signal("guard", "SIGCONT"),
  },
  {
    name: "guard-killed",
    what: "the guard gets SIGKILL: only the robot's own 0.5 s timeout is left",
    allowed: { restMs: TIMEOUT_TO_REST_MS, touches: 0 },
    holdMs: GUARD_HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.signal("guard", "SIGKILL"),
    lift: (rig) => rig.ready(false),
  },
  {
    name: "simulation-stopped",
    what: "the process of robot and sensors gets SIGSTOP: everything that is sensed falls silent at once",
    allowed: { zeroMs: ODOMETRY_LOST_MS, touches: 0 },
    repeats: TIMED_REPEATS,
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.signal("simulation", "SIGSTOP"),
    lift: (rig) => rig.signal("simulation", "SIGCONT"),
  },
  {
    name: "simulation-killed",
    what: "the process of robot and sensors gets SIGKILL; another one begins elsewhere",
    allowed: { zeroMs: ODOMETRY_LOST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "needs another goal",
    inject: (rig) => rig.signal("simulation", "SIGKILL"),
    lift: (rig) => rig.ready(false),
  },
  atAnyMoment("controller", { zeroMs: COMMAND_LOST_MS, restMs: COMMAND_LOST_MS + TO_REST_MS, touches: 0 }),
  atAnyMoment("guard", { restMs: TIMEOUT_TO_REST_MS, touches: 0 }),
  atAnyMoment("simulation", { zeroMs: ODOMETRY_LOST_MS, touches: 0 }),
  {
    name: "both-any-moment",
    what: "guard and controller get SIGKILL at once, at a random moment: only the robot's own 0.5 s timeout is left",
    allowed: { restMs: TIMEOUT_TO_REST_MS, touches: 0 },
    repeats: ANY_MOMENT_REPEATS,
    holdMs: GUARD_HOLD_MS,
    moment: "any",
    after: "needs another goal",
    inject(rig) {
      rig.signal("guard", "SIGKILL");
      rig.signal("controller", "SIGKILL");
    },
    lift: (rig) => rig.ready(false),
  },
  {
    name: "guard-blocked",
    what: "the event loop of the guard is blocked by a busy loop for 0.4 s",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    inject: (rig) => rig.order({ thread: "main", act: "block", forMs: 400 }, "guard"),
  },
  {
    name: "guard-hampered",
    what: "the guard is blocked for 0.15 s, again and again",
    allowed: { touches: 0 },
    holdMs: 2500,
    after: "resumes",
    inject(rig) {
      let left = 12;
      const timer = setInterval(() => {
        rig.order({ thread: "main", act: "block", forMs: 150 }, "guard");
        if (--left === 0) clearInterval(timer);
      }, 200);
    },
  },
  {
    name: "guard-twice",
    what: "two guards send commands at once, one of them started by mistake",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    async inject(rig) {
      rig.start("guard", "guard_by_mistake");
      await rig.guardsAre(2);
    },
    lift: (rig) => rig.end("guard_by_mistake"),
  },
  {
    name: "recorder-disk-full",
    what: "`rehearse record` finds no room any more (by a limit on the size of its files)",
    allowed: { touches: 0 },
    holdMs: 2500,
    after: "resumes",
    prepare: (rig) => rig.record(),
    inject: (rig) => rig.recorder?.loseDisk(),
    async objections(rig) {
      const objections = (await rig.recorder?.objections()) ?? [];
      rig.endRecorder();
      return objections;
    },
  },
  {
    name: "controller-twice",
    what: "two controllers propose commands at once, one of them started by mistake",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    async inject(rig) {
      rig.start("controller", "controller_by_mistake");
      await rig.isActive("controller_by_mistake");
    },
    lift: (rig) => rig.end("controller_by_mistake"),
  },
];

/** Ended, or held up and let go on, as chance has it: at rest, turning, setting off, at speed, slowing down. */
function atAnyMoment(node: NodeName, allowed: Fault["allowed"]): Fault {
  return {
    name: `${node}-any-moment`,
    what: `the ${node} gets SIGKILL, or SIGSTOP and later SIGCONT, at a random moment: turning, setting off, driving, arriving or at rest`,
    allowed,
    repeats: ANY_MOMENT_REPEATS,
    holdMs: node === "guard" ? GUARD_HOLD_MS : HOLD_MS,
    moment: "any",
    after: "needs another goal",
    inject: (rig, random) => rig.signal(node, random.uniform() < 0.5 ? "SIGKILL" : "SIGSTOP"),
    async lift(rig) {
      rig.signal(node, "SIGCONT");
      await rig.ready(false);
    },
  };
}
