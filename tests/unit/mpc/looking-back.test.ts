import { afterAll, beforeAll, expect, it } from "vitest";
import type { PlanRequest } from "../../../src/core/plan-request.js";
import { collectRequests } from "../../../src/evaluation/tuning/planning-problems.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { contextShape, packContext } from "../../../src/math/packed-context.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { type BuiltPlanner, buildPlanner } from "../../../src/runtime/planner-setup.js";

// Of training/tests/imported_fixture.py: rollouts start from three frames, as many as the model looks back.
const small = ["samples=16", "iterations=2", "min_improvement=0"];
const setup = { ...loadSetup(["model=tests/fixtures/tiny-looking-back-model", ...small]), repeatable: true };
const other = { ...loadSetup(["model=tests/fixtures/tiny-model", ...small]), repeatable: true };
let built: BuiltPlanner;
let driver: BuiltPlanner;
let requests: PlanRequest[];
beforeAll(async () => {
  built = await buildPlanner(setup);
  driver = await buildPlanner(other);
  const [first] = await collectRequests(other, driver.mpc, { world: "rooms", seed: 4000, episodes: 1, perEpisode: 1, everyNth: 1 });
  // One model step apart, each with a picture of its own shade.
  requests = [0, 1, 2, 3].map((i) => {
    const stampNs = first!.frame.stampNs + BigInt(i) * 200_000_000n;
    const rgb = first!.frame.rgb.map((shade) => (shade + 40 * i) % 256);
    const recent = first!.recent.map((_, k) => Math.sin(i + k));
    const goal = { kind: "image", id: 1, frame: first!.frame } as const;
    return { ...first!, startNs: stampNs, frame: { ...first!.frame, stampNs, rgb }, body: { ...first!.body, stampNs }, goal, recent };
  });
});
afterAll(async () => {
  await built?.model.dispose();
  await driver?.model.dispose();
});

it("starts rollouts from the last frames and the commands between them", async () => {
  const contexts = [];
  for (const request of requests) contexts.push(values((await built.mpc.prepare(request)).context));
  const latents = [];
  for (const { frame, body } of requests) latents.push([...values(await built.model.encoder.encode(frame, body))]);
  const shape = contextShape(built.model.worldModel);
  expect(shape).toEqual({ frames: 3, latent: 12, block: 8 });
  const blocks = requests.slice(2).map(({ recent }) => recent);
  expect([...contexts[3]!]).toEqual([...packContext(shape, latents.slice(1), blocks)]);
});

it("plans from there, and differently from a beginning at rest", async () => {
  const apart = await buildPlanner(setup);
  try {
    const atRest = await apart.mpc.plan(requests[3]!);
    for (const request of requests.slice(0, 3)) await built.mpc.prepare(request);
    const plan = await built.mpc.plan(requests[3]!);
    expect(plan.iterations).toBe(2);
    expect([...values(plan.latents)].every(Number.isFinite)).toBe(true);
    expect([...values(plan.latents)]).not.toEqual([...values(atRest.latents)]);
  } finally {
    await apart.model.dispose();
  }
});

it("imagines what follows committed steps as one rollout over both does", async () => {
  const { worldModel } = built.model;
  const committed = Float32Array.from({ length: 2 * 8 }, (_, i) => Math.cos(i));
  for (const request of requests.slice(0, 3)) await built.mpc.prepare(request);
  const request = { ...requests[3]!, committed };
  const problem = await built.mpc.prepare(request);
  const plan = await built.mpc.solve(request, problem);
  expect(problem.energy.committedSteps).toBe(2);
  const chosen = values(plan.actions).subarray(2 * 2);
  const blocks = Array.from({ length: chosen.length / 2 }, (_, step) =>
    [0, 1, 2, 3].flatMap(() => [...chosen.subarray(2 * step, 2 * step + 2)]),
  );
  const all = Float32Array.from([...committed, ...blocks.flat()]);
  const whole = values(await worldModel.rollout(problem.context, tensor(all, [1, all.length / 8, 8])));
  const imagined = values(plan.latents);
  expect(imagined.length).toBe(whole.length);
  for (const [i, number] of imagined.entries()) expect(number).toBeCloseTo(whole[i]!, 5);
});
