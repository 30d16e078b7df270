import type { Embodiment } from "../core/embodiment.js";
import { differential } from "./differential.js";

/** A base that goes sideways, too. */
export const omnidirectional: Embodiment = { ...differential, drive: "omnidirectional" };
