import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readModelFile } from "../../../src/config/model-file.js";
import { collectPlans } from "../../../src/data/collect-plans.js";
import { loadSetup } from "../../../src/lockstep/load-setup.js";
import { tensor, values } from "../../../src/math/tensor.js";
import { type PlanRow, packRows, planHeader, planShape, readPlanFile } from "../../../src/mpc/plan-file.js";
import { proposalsFrom } from "../../../src/mpc/proposers.js";
import { loadModel } from "../../../src/onnx/model.js";
import { ModelCopy, TINY_MODEL } from "../onnx/tiny-model.js";

const model = readModelFile(TINY_MODEL);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "rehearse-plans-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function row(n: number, violation = 0): PlanRow {
  return {
    latent: new Float32Array(model.latentSize).fill(n / 8),
    goal: [n, -n],
    actions: Float32Array.of(n / 8, 0, 0, n / 8),
    cost: n + 0.5,
    violation,
  };
}

function write(path: string, rows: readonly PlanRow[], shape = planShape(model, 2)): void {
  writeFileSync(path, Buffer.concat([Buffer.from(planHeader(shape)), Buffer.from(packRows(rows).buffer)]));
}

describe("a file of plans", () => {
  it("gives back what was written, without an unfinished last row", () => {
    const path = join(folder(), "plans.bin");
    write(path, [row(1), row(2, 0.25), row(3)]);
    expect(readPlanFile(path, model)).toEqual({ shape: planShape(model, 2), rows: [row(1), row(2, 0.25), row(3)] });
    truncateSync(path, readFileSync(path).length - 1);
    expect(readPlanFile(path, model).rows).toEqual([row(1), row(2, 0.25)]);
  });

  it.each(["", "text", '{"schema":"rehearse.plans/0"}\n', "null\n"])("is refused when it is none: %j", (text) => {
    const path = join(folder(), "plans.bin");
    writeFileSync(path, text);
    expect(() => readPlanFile(path, model)).toThrow(expect.objectContaining({ code: "RH-PLANS-FILE" }));
  });

  it("is refused when another encoder made its latents", () => {
    const path = join(folder(), "plans.bin");
    write(path, [row(1)], { ...planShape(model, 2), encoder: "0".repeat(64) });
    expect(() => readPlanFile(path, model)).toThrow(expect.objectContaining({ code: "RH-PLANS-MODEL" }));
  });
});

describe("collecting plans", () => {
  const setup = loadSetup([`model=${TINY_MODEL}`, "samples=8", "iterations=1", "horizon_steps=4", "planning_period_s=0.4"]);

  it("writes every plan with its question, actions from where the latent is, the same again for the same seed", async () => {
    const out = join(folder(), "plans.bin");
    const done = await collectPlans({ world: "rooms", plans: 3, seed: 100_000, out }, setup);
    const { shape, rows } = readPlanFile(out, model);
    expect(shape.steps).toBe(4);
    expect(rows.length).toBe(done);
    expect(done).toBeGreaterThanOrEqual(3);
    for (const { latent, goal, actions, cost, violation } of rows) {
      expect([...latent, ...goal, ...actions, cost, violation].every(Number.isFinite)).toBe(true);
      expect(Math.max(...actions.map(Math.abs))).toBeLessThanOrEqual(1);
    }
    expect(new Set(rows.map(({ goal }) => goal.map(Math.round).join())).size).toBeGreaterThan(1);
    expect(existsSync(`${out}.part`)).toBe(false);
    const again = `${out}2`;
    await collectPlans({ world: "rooms", plans: 3, seed: 100_000, out: again }, setup);
    expect(readFileSync(again).equals(readFileSync(out))).toBe(true);
  }, 240_000);

  it.each([[{ plans: 0, seed: 100_000 }], [{ plans: 5, seed: 99 }]])("refuses %j", async (wrong) => {
    await expect(collectPlans({ world: "rooms", out: join(folder(), "x"), ...wrong }, setup)).rejects.toMatchObject({
      code: "RH-COLLECT-OPTION",
    });
  });
});

describe("what proposes", () => {
  const latent = tensor(new Float32Array(model.latentSize).fill(0.5), [model.latentSize]);

  it("is nothing, the head, the memory or both, as asked", async () => {
    const copy = new ModelCopy();
    onTestFinished(() => copy.remove());
    const loaded = await loadModel(readModelFile(copy.folder));
    onTestFinished(() => loaded.dispose());
    write(copy.path("plans.bin"), [row(1), row(2), row(3, 0.5), row(4), row(5), row(6)]);
    expect(await proposalsFrom("none", loaded)).toBeUndefined();
    const ask = async (source: "head" | "memory" | "both") =>
      (await (await proposalsFrom(source, loaded))!.propose(latent, [4, -4])).map((p) => [...values(p)]);
    const [head, memory, both] = [await ask("head"), await ask("memory"), await ask("both")];
    expect(head).toEqual((await loaded.proposals!.propose(latent, [4, -4])).map((p) => [...values(p)]));
    expect(memory).toHaveLength(4);
    // The very question that was asked before comes first; what broke a guardrail never comes.
    expect(memory[0]).toEqual([...row(4).actions]);
    expect(memory).not.toContainEqual([...row(3).actions]);
    expect(both).toEqual([...head, ...memory]);
  });

  it("is refused when the model has no head, or no plans", async () => {
    const copy = new ModelCopy().editYaml(({ graphs }) => delete graphs.proposal);
    onTestFinished(() => copy.remove());
    const loaded = await loadModel(readModelFile(copy.folder));
    onTestFinished(() => loaded.dispose());
    await expect(proposalsFrom("head", loaded)).rejects.toMatchObject({ code: "RH-MODEL-PROPOSALS" });
    await expect(proposalsFrom("memory", loaded)).rejects.toMatchObject({ code: "RH-PLANS-FILE" });
  });
});
