/** The whole controller in one process and in simulated time, without ROS 2: a robot in the world `rooms` drives to one goal. */
import {
  buildPlanner,
  Controller,
  controlOptionsOf,
  createNavigationWorld,
  Lockstep,
  loadSetup,
  SafetyGate,
  SimulatedClock,
  WorldRobot,
} from "rehearse";

const model = process.env.REHEARSE_MODEL ?? "models/rooms/base";
const seconds = Number(process.env.REHEARSE_SECONDS ?? 30);

// Parameters, model and robot file: what the controller node is configured with, too.
const setup = loadSetup([`model=${model}`, "seed=1"]);
const { mpc, model: loaded } = await buildPlanner(setup);

const world = createNavigationWorld("rooms", { seed: 7, startNs: 1_000_000_000n });
world.place({ xM: -1.2, yM: -0.8, yawRad: 0 });

const options = controlOptionsOf(setup);
const controller = new Controller(options, new SafetyGate(setup.robot));
controller.on("configure");
controller.pursue({ kind: "pose", id: 1, xM: 1.2, yM: 0.4 });

const run = new Lockstep(new WorldRobot(world), new SimulatedClock(world.stampNs), controller, (request) => mpc.plan(request), {
  controlPeriodNs: options.periodNs,
  planDelayNs: 50_000_000n,
});

export const modes: string[] = [];
for (let tick = 0; tick < seconds * 20 && controller.mode !== "reached"; tick++) {
  const { mode, plan, verdict } = await run.tick();
  if (modes.at(-1) !== mode) modes.push(mode);
  if (tick % 20 !== 0) continue;
  const { xM, yM } = world.odomFromBase;
  const toGo = plan === undefined ? "no plan yet" : `${plan.remaining.toFixed(2)} m to go`;
  console.log(
    `${(tick / 20).toFixed(0).padStart(3)} s  ${mode.padEnd(9)} at (${xM.toFixed(2)}, ${yM.toFixed(2)}) m, ${toGo}, gate: ${verdict.kind}`,
  );
}
await loaded.dispose();

export const { collisions } = world;
console.log(`${controller.mode}, ${collisions} collisions`);
