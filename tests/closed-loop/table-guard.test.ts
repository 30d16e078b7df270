import { describe, expect, it } from "vitest";
import { readRobotFile } from "../../src/config/robot-file.js";
import { SafetyGate } from "../../src/control/gate.js";
import { type Command, STOP_TWIST } from "../../src/core/command.js";
import type { TaskWorld } from "../../src/core/world.js";
import { seededRandom } from "../../src/math/random.js";
import { taskWorldDefinition } from "../../src/worlds/index.js";
import type { TableWorld } from "../../src/worlds/table/table-world.js";

const TICK_NS = 100_000_000n;

/**
 * Drives a world through a gate, which sees the odometry of each tick.
 * @param heeds whether what the gate says is done, or what was asked @returns what the gate said against commands, by rule
 */
function guarded(robotName: string, world: TaskWorld, next: (tick: number) => Command, ticks: number, heeds = true): Map<string, number> {
  const robot = readRobotFile(`calibration/${robotName}/robot.yaml`);
  const gate = new SafetyGate(robot);
  const said = new Map<string, number>();
  let [lastOutput, lastOutputNs]: [Command, bigint] = [STOP_TWIST, world.stampNs - TICK_NS];
  for (let tick = 0; tick < ticks; tick++) {
    const nowNs = world.stampNs;
    const proposed = next(tick);
    const verdict = gate.admit(proposed, {
      nowNs,
      odometry: world.odometry!(),
      scan: undefined,
      odometryReceivedNs: nowNs,
      scanReceivedNs: undefined,
      commandReceivedNs: nowNs,
      lastOutput,
      lastOutputNs,
    });
    if (verdict.kind !== "pass") for (const { id } of verdict.because) said.set(id, (said.get(id) ?? 0) + 1);
    [lastOutput, lastOutputNs] = [heeds ? verdict.command : proposed, nowNs];
    world.command(lastOutput);
    world.advance(TICK_NS);
  }
  return said;
}

describe.each(["pusht", "granular", "granular-sweep", "rope"])("a guard of %s", (name) => {
  const definition = taskWorldDefinition(name);

  it("has nothing to say to the explorer, but that it presses things against walls", () => {
    for (let seed = 6000; seed < 6005; seed++) {
      const world = definition.create({ seed });
      const explorer = definition.explorer(world, seededRandom(seed));
      const said = guarded(definition.robot, world, () => explorer.next(), 200, false);
      if ((world as TableWorld).holds === 0) expect(said).toEqual(new Map());
      for (const rule of said.keys()) expect(rule).toMatch(/^odometry\./);
    }
  });

  it("lets the demonstration of an episode reach its goal", () => {
    for (let seed = 6000; seed < 6004; seed++) {
      const { start, goal, demonstration } = definition.episode(seed);
      const world = definition.create({ seed });
      world.restore(start);
      expect(guarded(definition.robot, world, (tick) => demonstration![tick]!, demonstration!.length)).toEqual(new Map());
      expect(definition.judge(world.save(), goal).error).toBe(0);
    }
  });

  it("keeps the pusher off the walls, whatever is asked", () => {
    const world = definition.create({ seed: 6000 });
    const random = seededRandom(6000);
    let command: Command = STOP_TWIST;
    const wild = (tick: number): Command => {
      if (tick % 7 === 0) command = { ...STOP_TWIST, vxMps: 4 * random.uniform() - 2, vyMps: 4 * random.uniform() - 2 };
      return command;
    };
    expect(guarded(definition.robot, world, wild, 600).has("workspace")).toBe(true);
    expect(world.collisions).toBe(0);
  });
});
