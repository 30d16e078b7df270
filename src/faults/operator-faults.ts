import { type Fault, TIMED_REPEATS } from "./fault.js";

const TO_REST_MS = 900;
/** The node sends a stop before anything else; the ramp to zero takes 100 ms. */
const TOLD_MS = 250;
const HOLD_MS = 1300;
const SPOOF_PERIOD_MS = 10;
const STORM_CALLS = 4;
const LIFECYCLE_ROUNDS = 100;

const HARMFUL: Readonly<Record<string, number | boolean | string>> = {
  control_rate_hz: 1e9,
  goal_weight: 1e9,
  effort_weight: Number.NaN,
  plan_expiry_s: 10,
  odometry_max_age_s: 5,
  frame_max_age_s: 5,
  robot: "calibration/none.yaml",
  model: "models/none",
  planner: "none",
  enable_stamped_cmd_vel: false,
  use_sim_time: true,
};

export const OPERATOR_FAULTS: readonly Fault[] = [
  {
    name: "deactivated",
    what: "the controller is deactivated by the lifecycle service",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    repeats: TIMED_REPEATS,
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject(rig) {
      void rig.lifecycle.request("controller", "deactivate");
    },
    async lift(rig) {
      await rig.lifecycle.request("controller", "activate");
    },
  },
  {
    name: "emergency-stop",
    what: "the emergency stop is pressed, later released and reset",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    repeats: TIMED_REPEATS,
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject: (rig) => rig.pressEmergencyStop(true),
    lift: (rig) => rig.resetEmergencyStop(),
  },
  {
    name: "emergency-stop-restart",
    what: "the emergency stop is pressed, then the guard is killed and started again: it stays stopped until the reset",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: 2 * HOLD_MS,
    after: "needs a goal",
    async inject(rig) {
      rig.pressEmergencyStop(true);
      await new Promise((resolve) => setTimeout(resolve, TOLD_MS));
      await rig.end("guard", "SIGKILL");
      rig.start("guard");
    },
    lift: (rig) => rig.resetEmergencyStop(),
  },
  {
    name: "emergency-stop-released",
    what: "the emergency stop is pressed and released at once: it stays stopped until the reset",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject(rig) {
      rig.pressEmergencyStop(true);
      rig.pressEmergencyStop(false);
    },
    lift: (rig) => rig.resetEmergencyStop(),
  },
  {
    name: "paused",
    what: "the controller is paused by its service, later resumed",
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    inject(rig) {
      void rig.status.call("pause");
    },
    lift: async (rig) => {
      await rig.status.call("resume");
    },
  },
  {
    name: "lifecycle-storm",
    what: `the controller is deactivated, cleaned up, configured and activated ${LIFECYCLE_ROUNDS} times`,
    cycles: LIFECYCLE_ROUNDS,
    repeats: 10,
    allowed: { zeroMs: TOLD_MS, restMs: TOLD_MS + TO_REST_MS, touches: 0 },
    holdMs: HOLD_MS,
    after: "needs a goal",
    async inject(rig) {
      for (let round = 0; round < LIFECYCLE_ROUNDS; round++) {
        for (const step of ["deactivate", "cleanup", "configure", "activate"] as const) await rig.lifecycle.request("controller", step);
      }
    },
  },
  {
    name: "parameter-storm",
    what: `parameters of the controller are set to what does harm, again and again, ${STORM_CALLS} calls at a time (the guard takes none)`,
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "needs a goal",
    inject(rig) {
      const untilNs = process.hrtime.bigint() + BigInt(HOLD_MS) * 1_000_000n;
      const storm = async () => {
        while (process.hrtime.bigint() < untilNs) await rig.setParameters("controller", HARMFUL).catch(() => {});
      };
      for (let call = 0; call < STORM_CALLS; call++) void storm();
    },
    async lift(rig) {
      // What was accepted would hold from the next configuration on.
      await rig.end("controller", "SIGKILL");
      await rig.ready(false);
    },
  },
  {
    name: "spoofed",
    what: "a stranger proposes full speed and full turns, to and fro, a hundred times a second beside the controller",
    allowed: { touches: 0 },
    holdMs: HOLD_MS,
    after: "resumes",
    inject(rig) {
      let n = 0;
      const timer = setInterval(() => rig.propose(n % 3 === 0 ? -0.3 : 0.6, n++ % 2 === 0 ? 2 : -2), SPOOF_PERIOD_MS);
      setTimeout(() => {
        clearInterval(timer);
        rig.endProposing();
      }, HOLD_MS);
    },
  },
];
