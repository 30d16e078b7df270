import { type Command, valuesOf, withValues } from "../core/command.js";
import type { Check, GateContext, GateRule, Guardrail, Ruling } from "../core/guardrail.js";
import type { RobotDescription } from "../core/robot-description.js";
import type { CustomRuleId, Unit } from "../core/violation.js";

const UNITS: readonly string[] = ["1", "m", "rad", "m/s", "rad/s", "m/s²", "s"] satisfies Unit[];

/**
 * A user's rule, isolated: it gets copies, so that nothing that it changes or keeps reaches the gate, and of its answer a
 * copy is taken that has the shape that the gate expects. An invalid answer counts as no command allowed.
 */
export function isolated(guardrail: Guardrail<CustomRuleId>, robot: RobotDescription): GateRule | undefined {
  const { id } = guardrail;
  const check = guardrail.rule(robot);
  if (check === undefined) return undefined;
  // One copy per tick is enough: if the rule changes it, only that rule is affected.
  let shown: { readonly context: GateContext; readonly copy: GateContext } | undefined;
  return {
    id,
    check: (command, context) => {
      if (shown?.context !== context) shown = { context, copy: structuredClone(context) };
      const answer: unknown = (check as Check)(structuredClone(command), shown.copy);
      return answer === undefined ? undefined : copied(answer as Partial<Ruling>, id, command);
    },
  };
}

function copied({ violation, allowed, slows }: Partial<Ruling>, id: CustomRuleId, command: Command): Ruling {
  const number = (value: unknown) => (typeof value === "number" ? value : Number.NaN);
  const { value, limit, unit } = (violation ?? {}) as Partial<Ruling["violation"]>;
  const found = { id, value: number(value), limit: number(limit), unit: UNITS.includes(unit as Unit) ? (unit as Unit) : "1" } as const;
  const values = allowed?.kind === command.kind ? valuesOf(allowed).map(number) : [];
  if (values.length !== valuesOf(command).length) return { violation: found };
  return { violation: found, allowed: withValues(command, values), slows: slows === true };
}
