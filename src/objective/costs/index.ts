import { disagreement } from "./disagreement.js";
import { extra } from "./extra.js";
import { goal } from "./goal.js";
import { heading } from "./heading.js";
import { persistence } from "./persistence.js";
import { rest } from "./rest.js";
import { smoothness } from "./smoothness.js";

/** Every soft cost, in the order in which the energy adds them up. A new one is one file and one line here. */
export const COSTS = [goal, rest, smoothness, disagreement, extra, persistence, heading] as const;
