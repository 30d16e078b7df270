import { FRONT, OverheadCamera, REAR } from "../floor/camera.js";
import { type FloorBody, type FloorOptions, FloorWorld, type SensorNoise } from "../floor/floor-world.js";
import { DOOR_RANGE_M, type RoomsMap, roomsMap } from "./map.js";

/** Physical limits of the simulated robot, whatever is commanded. */
export const ROOMS_BODY: FloorBody = {
  radiusM: 0.15,
  maxForwardMps: 0.6,
  maxReverseMps: 0.3,
  maxSidewaysMps: 0,
  maxYawRateRps: 2,
  response: { timeConstantS: 0.1, maxAccelerationMps2: 1, maxDecelerationMps2: 1.2, maxYawAccelerationRps2: 6 },
};

/** Side of the square that the camera sees, centred on the arena. */
export const VIEW_M = 4.4;

/** About what wheel encoders and a small laser scanner show. */
export const REALISTIC_NOISE: SensorNoise = { speedMps: 0.01, yawRateRps: 0.02, rangeM: 0.01 };

export interface RoomsOptions extends FloorOptions {
  /** Centre of the door; default: uniform in ±1.3 m by seed. */
  readonly doorYM?: number;
}

/** Two rooms and a door, a disc with two driven wheels, an overhead camera and a scanner. The seed decides the door, the start and the noise. */
export class RoomsWorld extends FloorWorld<RoomsMap> {
  constructor(options: RoomsOptions) {
    super(options, {
      name: "rooms",
      body: ROOMS_BODY,
      plan: (random) => roomsMap(options.doorYM ?? (2 * random.fork("door").uniform() - 1) * DOOR_RANGE_M),
      camera: (plan) => new OverheadCamera(plan, VIEW_M, { radiusM: ROOMS_BODY.radiusM, front: FRONT, rear: REAR }),
    });
  }
}
