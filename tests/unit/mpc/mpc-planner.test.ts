import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Odometry } from "../../../src/core/body.js";
import type { Clock } from "../../../src/core/clock.js";
import type { PlanRequest } from "../../../src/core/plan-request.js";
import type { Tensor } from "../../../src/core/tensor.js";
import type { CostToGo } from "../../../src/core/world-model.js";
import { collectRequests } from "../../../src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { type BuiltPlanner, buildPlanner, makeMpcPlanner } from "../../../src/runtime/planner-setup.js";

const setup = { ...loadSetup(["model=tests/fixtures/tiny-model", "samples=64", "iterations=6", "min_improvement=0"]), repeatable: true };
const source = { world: "rooms", seed: 4000, episodes: 1, perEpisode: 3, everyNth: 2 };
const MS = 1_000_000n;

/** Each look at it takes as long as it is told: a machine of any speed. */
class SlowClock implements Clock {
  now = 0n;
  constructor(public lookNs: bigint) {}
  nowNs() {
    return this.now;
  }
  steadyNs() {
    this.now += this.lookNs;
    return this.now;
  }
}

describe("MpcPlanner", () => {
  let built: BuiltPlanner;
  let requests: PlanRequest[];
  beforeAll(async () => {
    built = await buildPlanner(setup);
    requests = await collectRequests(setup, built.mpc, source);
  });
  afterAll(() => built.model.dispose());

  it("reports the energy by term and by iteration; it never rises, and its terms add up", async () => {
    const { energy, iterations } = await built.mpc.plan(requests[0]!);
    expect(iterations).toBe(6);
    expect(energy.byIteration).toHaveLength(6);
    for (const [i, { total, violation, terms }] of energy.byIteration.entries()) {
      expect(Object.keys(terms)).toEqual(["goal", "rest", "smoothness", "disagreement"]);
      expect(Object.values(terms).reduce((sum, term) => sum + term, 0)).toBeCloseTo(total, 4);
      const before = energy.byIteration[i - 1];
      if (before !== undefined) {
        expect(violation).toBeLessThanOrEqual(before.violation);
        if (violation === before.violation) expect(total).toBeLessThanOrEqual(before.total);
      }
    }
    // The record of the chosen plan is float32, the iterations are int8.
    expect(Math.abs(energy.total - energy.byIteration.at(-1)!.total)).toBeLessThan(0.1);
  });

  it("takes a goal picture's latent as the goal of a model that knows no places, and refuses poses", async () => {
    const { encoder, worldModel, readouts } = built.planningModel;
    const asked: number[][] = [];
    const costToGo: CostToGo = {
      async costToGo(latents, goal) {
        asked.push([...goal]);
        const wanted = [...goal];
        return Float32Array.from({ length: latents.shape[0]! }, (_, row) => Math.hypot(...wanted.map((g, i) => latents.get(row, i) - g)));
      },
    };
    const other = { ...setup, model: { ...setup.model, goal: "latent" as const } };
    const maker = await makeMpcPlanner({ encoder, worldModel, readouts, costToGo }, other, new SlowClock(1n));
    const request = requests[0]!;
    const goal = { kind: "image", id: 9, frame: requests.at(-1)!.frame } as const;
    const rest = { ...(request.body as Odometry), twistInBase: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
    const wanted = [...values(await encoder.encode(goal.frame, rest))];
    const { goalPosition, remaining, energy } = await maker.plan({ ...request, goal });
    expect(goalPosition).toBeUndefined();
    expect(Object.keys(energy.terms)).toEqual(["goal", "smoothness"]);
    expect(new Set(asked.map((one) => one.join()))).toEqual(new Set([wanted.join()]));
    const seen = [...values(await encoder.encode(request.frame, request.body))];
    expect(remaining).toBeCloseTo(Math.hypot(...seen.map((v, i) => v - wanted[i]!)), 3);
    await expect(maker.plan(request)).rejects.toMatchObject({ code: "RH-GOAL-KIND" });
  });

  it("looks at a goal picture with the head for pictures alone, where the model has one, and asks for its heading when that counts", async () => {
    const place = {
      names: built.planningModel.readouts.names,
      read: async (latents: Tensor) => tensor(Float32Array.of(0.5, -0.25, 0, 2), [latents.shape[0]!, 4]),
    };
    const maker = await makeMpcPlanner({ ...built.planningModel, poseFromImage: place }, setup, new SlowClock(1n));
    const goal = { kind: "image", id: 9, frame: requests[0]!.frame } as const;
    const free = await maker.plan({ ...requests[0]!, goal });
    // What the head says is meant in the odometry frame: the readouts' bias does not move it.
    expect(free.goalPosition!.xM).toBeCloseTo(0.5, 6);
    expect(free.goalPosition!.yM).toBeCloseTo(-0.25, 6);
    expect(free.goalPosition).not.toHaveProperty("yawRad");
    expect(free.energy.terms).not.toHaveProperty("heading");
    const turned = await maker.plan({ ...requests[0]!, goal: { ...goal, withHeading: true } });
    expect(turned.goalPosition!.yawRad).toBeCloseTo(Math.PI / 2, 6);
    expect(turned.energy.terms).toHaveProperty("heading");
    const pose = { kind: "pose", id: 10, xM: 0.5, yM: 0.5, yawRad: 1 } as const;
    expect((await maker.plan({ ...requests[0]!, goal: pose })).goalPosition!.yawRad).toBe(1);
  });

  it("plans from when the command is sent that acts at the picture's time; its own actions begin after what is committed", async () => {
    const request = requests.at(-1)!;
    const { startNs, freeNs, frameNs, actions, poses, latents } = await built.mpc.plan(request);
    expect([startNs, frameNs]).toEqual([request.startNs, request.frame.stampNs]);
    expect(freeNs - startNs).toBe(100n * MS);
    expect(request.committed).toHaveLength(2 * built.model.worldModel.actionSize);
    expect([actions.shape[0], poses!.shape[0], latents.shape[0]]).toEqual([10, 11, 10]);
  });

  it("gives whole committed steps by their last tick", async () => {
    const { actionSize, blockSize } = built.model.worldModel;
    const committed = Float32Array.from({ length: (blockSize + 1) * actionSize }, (_, i) => i / 100);
    const { actions, startNs, freeNs } = await built.mpc.plan({ ...requests[0]!, committed });
    expect([...values(actions).slice(0, actionSize)]).toEqual([...committed.slice((blockSize - 1) * actionSize, blockSize * actionSize)]);
    expect(actions.shape[0]).toBe(10);
    expect(freeNs - startNs).toBe(250n * MS);
  });

  it("looks farther ahead when the robot has come no nearer for a while", async () => {
    const stalled = { ...requests[0]!, stalledNs: 1500n * MS };
    expect((await built.mpc.plan(stalled)).actions.shape[0]).toBe(20);
    expect((await built.mpc.plan({ ...stalled, stalledNs: 900n * MS })).actions.shape[0]).toBe(10);
  });

  it("the same seed and request give the same plan, bit for bit", async () => {
    const one = await buildPlanner(setup);
    const two = await buildPlanner(setup);
    for (const request of requests) {
      const [a, b] = [await one.mpc.plan(request), await two.mpc.plan(request)];
      expect(values(b.actions)).toEqual(values(a.actions));
      expect(b.energy).toEqual(a.energy);
    }
    await one.model.dispose();
    await two.model.dispose();
  });

  it("keeps its budget: late by no more than an iteration, and on a slow machine coarser instead of later", async () => {
    const clock = new SlowClock(MS);
    const timed = await buildPlanner({ ...setup, repeatable: false, parameters: { ...setup.parameters, planning_budget_s: 0.05 } }, clock);
    const plan = async () => {
      const scored = countScores(timed, requests[0]!);
      const { durationNs, iterations } = await timed.mpc.plan(requests[0]!);
      return { iterations, durationMs: Number(durationNs / MS), samples: await scored };
    };
    const quick = await plan();
    expect(quick.iterations).toBe(6);
    expect(quick.samples).toBe(64);
    clock.lookNs = 28n * MS; // an iteration takes as long: two do not fit into the budget
    for (let i = 0; i < 20; i++) await plan();
    const slow = await plan();
    expect(slow.iterations).toBeLessThan(6);
    expect(slow.samples).toBeLessThan(64);
    expect(slow.samples).toBeGreaterThanOrEqual(16);
    await timed.model.dispose();
  });
});

/** How many candidates the first iteration of the next plan has. */
async function countScores(built: BuiltPlanner, request: PlanRequest): Promise<number> {
  const { mpc } = built;
  const prepare = mpc.prepare.bind(mpc);
  return new Promise((resolve) => {
    mpc.prepare = async (asked) => {
      mpc.prepare = prepare;
      const problem = await prepare(asked ?? request);
      const score = problem.energy.score.bind(problem.energy);
      problem.energy.score = (actions) => {
        resolve(actions.shape[0]!);
        return score(actions);
      };
      return problem;
    };
  });
}
