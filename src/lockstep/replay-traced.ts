import type { TwistCommand } from "../core/command.js";
import { observations } from "../recording/observations.js";
import { RecordedMessages } from "./recorded-messages.js";
import type { ReplayedCycle, ReplayParts } from "./replay-in-lockstep.js";
import { TracedRun } from "./traced-run.js";

/** The recorded run itself: the same inputs at the same times, and so, with the same model and parameters, the same commands. */
export async function* replayTraced({ bag, robot, controller, plan, notes }: ReplayParts): AsyncGenerator<ReplayedCycle, void, void> {
  const messages = new RecordedMessages(observations(bag, robot.found.topics));
  const run = new TracedRun(controller, plan, messages, notes);
  let first: number | undefined;
  try {
    for (let trace = await messages.nextTrace(); trace !== undefined; trace = await messages.nextTrace()) {
      first ??= trace.tick;
      const [vxMps = 0, vyMps = 0, yawRateRps = 0] = trace.command;
      const recorded: TwistCommand = { kind: "twist", vxMps, vyMps, yawRateRps };
      yield { cycle: await run.tick(trace), recorded };
    }
  } finally {
    await messages.close();
  }
  const { missing, unasked, otherIterations } = run.departures;
  if (first) notes.departures.push(`the first ${first} ticks of the controller: they were not recorded`);
  if (missing > 0) notes.departures.push(`${missing} measurements or goals that the controller was given: the bag lacks them`);
  if (unasked > 0)
    notes.departures.push(
      `${unasked} plans that the controller asked for: this one did not, with other parameters or after what is missing`,
    );
  if (otherIterations > 0)
    notes.departures.push(
      `${otherIterations} plans were of another number of iterations when they were recorded: the clock ended them, or their parameters were others`,
    );
}
