// @ts-check
/**
 * A world of your own, on top of one that comes along: the rooms, with motors that give half of the speed that they are commanded.
 *
 *     ./rehearse eval ./examples/weak-motors.mjs --episodes 1
 *
 * @param {import("rehearse").WorldApi} rehearse
 */
export default function weakMotors(rehearse) {
  const rooms = /** @type {import("rehearse").NavigationWorldDefinition} */ (rehearse.worldDefinition("rooms"));
  return {
    ...rooms,
    /** @param {import("rehearse").WorldOptions} options */
    create(options) {
      const world = rooms.create(options);
      const command = world.command.bind(world);
      world.command = (commanded) => command(commanded.kind === "twist" ? { ...commanded, vxMps: commanded.vxMps / 2 } : commanded);
      return world;
    },
  };
}
