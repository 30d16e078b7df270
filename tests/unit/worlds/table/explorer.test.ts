import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/math/random.js";
import { taskWorldDefinition } from "../../../../src/worlds/index.js";
import { MAX_SPEED_MPS } from "../../../../src/worlds/table/table.js";
import type { TableWorld } from "../../../../src/worlds/table/table-world.js";

const TICK_NS = 100_000_000n;

/** What of the state is not the pusher, the command or the clock. */
function things(world: TableWorld): string {
  return world.contents.numbers.join();
}

describe.each(["pusht", "granular", "rope"])("the explorer of %s", (name) => {
  const definition = taskWorldDefinition(name);
  const runs = Array.from({ length: 6 }, (_, i) => {
    const world = definition.create({ seed: 7000 + i }) as TableWorld;
    const explorer = definition.explorer(world, seededRandom(7000 + i));
    const commands: (readonly [number, number])[] = [];
    let moved = 0;
    for (let tick = 0; tick < 120; tick++) {
      const before = things(world);
      const command = explorer.next();
      if (command.kind !== "twist") throw new Error("a pusher is moved by twists");
      commands.push([command.vxMps, command.vyMps]);
      world.command(command);
      world.advance(TICK_NS);
      if (things(world) !== before) moved++;
    }
    return { world, commands, moved };
  });

  it("keeps to the speeds and accelerations that the robot file allows, and off the walls", () => {
    for (const { world, commands } of runs) {
      expect(world.collisions).toBe(0);
      let last: readonly [number, number] = [0, 0];
      for (const command of commands) {
        for (const axis of [0, 1] as const) {
          expect(Math.abs(command[axis])).toBeLessThanOrEqual(MAX_SPEED_MPS);
          const gain = Math.abs(command[axis]) - (command[axis] * last[axis] > 0 ? Math.abs(last[axis]) : 0);
          expect(gain).toBeLessThan(0.3);
        }
        last = command;
      }
    }
  });

  it("moves as gently as published recordings do, and pushes something a good part of the time", () => {
    const all = runs.flatMap(({ commands }) => commands.flat());
    const deviation = Math.sqrt(all.reduce((sum, v) => sum + v * v, 0) / all.length) / MAX_SPEED_MPS;
    expect(deviation).toBeGreaterThan(0.15);
    expect(deviation).toBeLessThan(0.3);
    const share = runs.reduce((sum, { moved }) => sum + moved, 0) / (6 * 120);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.9);
  });
});
