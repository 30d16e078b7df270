import { expect, it } from "vitest";
import { PLANNER_NAMES } from "../../../src/planner/index.js";
import { parametersPage, rows } from "./parameters-page.js";

it("docs/reference/parameters.md is current; npm run parameters writes it", async () => {
  await expect(parametersPage(PLANNER_NAMES)).toMatchFileSnapshot("../../../docs/reference/parameters.md");
});

it("gives each parameter a row with its default and range", () => {
  const page = rows({ speed: { default: 2, min: 1, max: 3, integer: true, description: "Steps", unit: "1", dynamic: true } });
  expect(page).toContain("| `speed` | `2` | whole, 1 … 3 | while running | Steps [1] |");
});
