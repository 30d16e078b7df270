import { RehearseError } from "../core/error.js";
import { COST_NEEDS, type CostDefinition, type CostNumber, type CostParameters } from "./cost-definition.js";

/** The parameters that some costs declare, all of them such as may be changed while the controller runs. */
type DeclaredBy<Definition> = Definition extends { readonly parameters: infer P }
  ? { [Name in keyof P]: P[Name] & { readonly dynamic: true } }
  : never;
type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void ? All : never;

/**
 * Rows of the controller's parameter table, in the order of the costs. What two costs share is there once.
 * @throws RehearseError RH-COST-DEFINITION when two costs mean different things by one name
 */
export function parametersOf<const Definition extends CostDefinition>(
  definitions: readonly Definition[],
): Intersection<DeclaredBy<Definition>> {
  const table: Record<string, CostParameters[string] & { readonly dynamic: true }> = {};
  const declared = new Map<string, CostParameters[string]>();
  for (const { name: cost, parameters } of definitions) {
    for (const [name, parameter] of Object.entries(parameters)) {
      const known = declared.get(name);
      if (known !== undefined && known !== parameter) throw costRefused(cost, `its parameter ${name} is another cost's, too`);
      declared.set(name, parameter);
      table[name] = { ...parameter, dynamic: true };
    }
  }
  return table as Intersection<DeclaredBy<Definition>>;
}

/** What holds for the parameters of costs that nobody has set, as those of a user's own modules, which the controller's table does not have. */
export function defaultsOf(definitions: readonly CostDefinition[]): Readonly<Record<string, number | string>> {
  return Object.fromEntries(definitions.flatMap(({ parameters }) => Object.entries(parameters).map(([name, p]) => [name, p.default])));
}

/**
 * A registry with more costs, such as those of a user's own modules; they are added up after those that are there.
 * @throws RehearseError RH-COST-DEFINITION when one of them is no definition, or takes a name that is taken
 */
export function withCosts(registry: readonly CostDefinition[], more: readonly unknown[]): readonly CostDefinition[] {
  const all = [...registry];
  for (const definition of more) {
    requireDefinition(definition);
    if (all.some(({ name }) => name === definition.name)) throw costRefused(definition.name, "another cost has its name");
    all.push(definition);
  }
  parametersOf(all);
  return all;
}

/** What TypeScript would have found: modules of users are not compiled with us. */
function requireDefinition(value: unknown): asserts value is CostDefinition {
  const { name, parameters, weight, needs, differentiable, create, prepare } = (value ?? {}) as Partial<CostDefinition>;
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name)) throw costRefused(name, "its name is not in lower case letters");
  if (typeof parameters !== "object" || parameters === null) throw costRefused(name, "it has no parameters");
  for (const [key, parameter] of Object.entries(parameters)) {
    const fault = parameterFault(key, parameter);
    if (fault !== undefined) throw costRefused(name, fault);
  }
  if (typeof weight !== "string" || !Object.hasOwn(parameters, weight)) throw costRefused(name, "its weight is none of its parameters");
  if (typeof parameters[weight]!.default !== "number") throw costRefused(name, "its weight is no number");
  const unknown = Array.isArray(needs) ? needs.find((need) => !COST_NEEDS.includes(need)) : "nothing that is a list";
  if (unknown !== undefined) throw costRefused(name, `it needs ${unknown}; what it can need is ${COST_NEEDS.join(", ")}`);
  if (typeof differentiable !== "boolean") throw costRefused(name, "it does not say whether it is differentiable");
  if (typeof create !== "function") throw costRefused(name, "it has no function create");
  if (prepare !== undefined && typeof prepare !== "function") throw costRefused(name, "its prepare is no function");
}

/** What is wrong with a parameter that a cost, or a planner of a user's own, declares; undefined: nothing. */
export function parameterFault(name: string, parameter: unknown): string | undefined {
  const { default: value, description, min, max } = (parameter ?? {}) as Partial<CostNumber>;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return `the name of its parameter ${name} is not in lower case letters`;
  if (typeof description !== "string" || description === "") return `its parameter ${name} has no description`;
  if (typeof value === "string") return undefined;
  const isRange = Number.isFinite(min) && Number.isFinite(max) && Number.isFinite(value) && min! <= value! && value! <= max!;
  return isRange ? undefined : `its parameter ${name} has no default between a min and a max`;
}

/** A cost can't be used as it declares itself. */
export function costRefused(cost: string | undefined, why: string): RehearseError {
  return new RehearseError(
    "RH-COST-DEFINITION",
    `the cost ${cost ?? "without a name"} can't be used: ${why}`,
    "declare it as the costs in src/objective/costs do: name, parameters, weight, needs, differentiable, create",
  );
}
