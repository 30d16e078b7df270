import type {
  AccessorNode,
  ConditionalNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from "mathjs";
import { RehearseError } from "../core/error.js";
import type { Cost, Rollout } from "../core/objective.js";
import { values } from "../math/tensor.js";
import { withoutUnit } from "./readout-columns.js";

export interface ExpressionOptions {
  /** How the steps make one value: their mean (default), the largest, or the last. */
  readonly over?: "mean" | "max" | "last";
  /** Numbers that the expression may name, such as `goal.x`; a readout of the same name comes first. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** Names and numbers in one expression: it is evaluated for each candidate at each step, some ten thousand times a plan. */
const MAX_TERMS = 200;
/** Longer ones are not even parsed. */
const MAX_LENGTH = 10_000;

/** Reads one value from row `at` of the readouts. */
type Evaluate = (rows: Float32Array, at: number) => number;

/**
 * A user's own soft cost, as an expression over the model's readouts, named without their units: `max(0, 0.5 - robot.x)^2`.
 * Parsed by mathjs and checked once, then turned into plain functions: mathjs takes no part in planning.
 * @throws RehearseError RH-COST-SYNTAX, RH-COST-NAME, RH-COST-FUNCTION, RH-COST-SIZE
 */
export async function expressionCost(
  name: string,
  expression: string,
  readouts: readonly string[],
  options: ExpressionOptions = {},
): Promise<Cost> {
  if (expression.length > MAX_LENGTH) throw tooLarge(expression, `${expression.length} characters, of ${MAX_LENGTH} at most`);
  const { parse } = await import("mathjs"); // takes a second, which only those who use expressions wait for
  let root: MathNode;
  try {
    root = parse(expression);
  } catch (cause) {
    throw syntaxError(expression, cause instanceof Error ? cause.message : String(cause));
  }
  return new ExpressionCost(name, compile(root, expression, readouts, options.constants ?? {}), options.over ?? "mean");
}

class ExpressionCost implements Cost {
  constructor(
    readonly name: string,
    private readonly evaluateRow: Evaluate,
    private readonly over: "mean" | "max" | "last",
  ) {}

  evaluate({ readouts }: Rollout): Float32Array {
    const [samples, steps, width] = readouts.shape as [number, number, number];
    const rows = values(readouts);
    const result = new Float32Array(samples);
    for (let n = 0; n < samples; n++) {
      let sum = 0;
      let largest = Number.NEGATIVE_INFINITY;
      let last = 0;
      for (let step = 0; step < steps; step++) {
        last = this.evaluateRow(rows, (n * steps + step) * width);
        sum += last;
        largest = Math.max(largest, last);
      }
      result[n] = this.over === "mean" ? sum / steps : this.over === "max" ? largest : last;
    }
    return result;
  }
}

interface Operation {
  /** Fewest and most arguments. */
  readonly takes: readonly [number, number];
  readonly apply: (...args: number[]) => number;
}

const UNARY = [1, 1] as const;
const BINARY = [2, 2] as const;
const SEVERAL = [1, 16] as const;

/** By the names that mathjs gives to operators and functions. Truth is 1 or 0. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  add: { takes: BINARY, apply: (a, b) => a! + b! },
  subtract: { takes: BINARY, apply: (a, b) => a! - b! },
  multiply: { takes: BINARY, apply: (a, b) => a! * b! },
  divide: { takes: BINARY, apply: (a, b) => a! / b! },
  pow: { takes: BINARY, apply: (a, b) => a! ** b! },
  unaryMinus: { takes: UNARY, apply: (a) => -a! },
  unaryPlus: { takes: UNARY, apply: (a) => a! },
  smaller: { takes: BINARY, apply: (a, b) => Number(a! < b!) },
  smallerEq: { takes: BINARY, apply: (a, b) => Number(a! <= b!) },
  larger: { takes: BINARY, apply: (a, b) => Number(a! > b!) },
  largerEq: { takes: BINARY, apply: (a, b) => Number(a! >= b!) },
  and: { takes: BINARY, apply: (a, b) => Number(a !== 0 && b !== 0) },
  or: { takes: BINARY, apply: (a, b) => Number(a !== 0 || b !== 0) },
  not: { takes: UNARY, apply: (a) => Number(a === 0) },
  abs: { takes: UNARY, apply: Math.abs },
  sign: { takes: UNARY, apply: Math.sign },
  sqrt: { takes: UNARY, apply: Math.sqrt },
  square: { takes: UNARY, apply: (a) => a! * a! },
  exp: { takes: UNARY, apply: Math.exp },
  log: { takes: UNARY, apply: Math.log },
  sin: { takes: UNARY, apply: Math.sin },
  cos: { takes: UNARY, apply: Math.cos },
  tan: { takes: UNARY, apply: Math.tan },
  tanh: { takes: UNARY, apply: Math.tanh },
  atan2: { takes: BINARY, apply: Math.atan2 },
  hypot: { takes: SEVERAL, apply: Math.hypot },
  min: { takes: SEVERAL, apply: Math.min },
  max: { takes: SEVERAL, apply: Math.max },
};

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

function compile(root: MathNode, expression: string, readouts: readonly string[], constants: Readonly<Record<string, number>>): Evaluate {
  const columns = readouts.map(withoutUnit);
  let terms = 0;

  function count(): void {
    if (++terms > MAX_TERMS) throw tooLarge(expression, `more than ${MAX_TERMS} names and numbers`);
  }

  function visit(node: MathNode): Evaluate {
    switch (node.type) {
      case "ConstantNode": {
        const { value } = node as ConstantNode;
        count();
        if (typeof value !== "number") throw syntaxError(expression, `${node} is not a number`);
        return () => value;
      }
      case "ParenthesisNode":
        return visit((node as ParenthesisNode).content);
      case "SymbolNode":
      case "AccessorNode":
        return named(dottedName(node));
      case "OperatorNode":
        return operation((node as OperatorNode).fn, (node as OperatorNode).args);
      case "FunctionNode":
        return operation(dottedName((node as FunctionNode).fn as MathNode), (node as FunctionNode).args);
      case "ConditionalNode": {
        const { condition, trueExpr, falseExpr } = node as ConditionalNode;
        const [test, yes, no] = [visit(condition), visit(trueExpr), visit(falseExpr)];
        return (rows, at) => (test(rows, at) !== 0 ? yes(rows, at) : no(rows, at));
      }
      default:
        throw syntaxError(expression, `"${node}" is not part of a cost`);
    }
  }

  function named(name: string): Evaluate {
    count();
    const column = columns.indexOf(name);
    if (column >= 0) return (rows, at) => rows[at + column]!;
    const value = Object.hasOwn(constants, name) ? constants[name] : Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
    if (value !== undefined) return () => value;
    const known = [...columns, ...Object.keys(constants), ...Object.keys(CONSTANTS)];
    throw new RehearseError(
      "RH-COST-NAME",
      `the cost "${expression}" names "${name}", which nothing reads out`,
      `use: ${known.join(", ")}`,
    );
  }

  function operation(name: string, args: readonly MathNode[]): Evaluate {
    const known = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (known === undefined) {
      const names = Object.keys(OPERATIONS).join(", ");
      throw new RehearseError("RH-COST-FUNCTION", `the cost "${expression}" calls "${name}", which costs can't`, `use: ${names}`);
    }
    const { takes, apply } = known;
    if (args.length < takes[0] || args.length > takes[1]) throw syntaxError(expression, `"${name}" can't take ${args.length} arguments`);
    const parts = args.map(visit);
    const [a, b] = parts as [Evaluate, Evaluate];
    if (parts.length === 1) return (rows, at) => apply(a(rows, at));
    if (parts.length === 2) return (rows, at) => apply(a(rows, at), b(rows, at));
    return (rows, at) => apply(...parts.map((part) => part(rows, at)));
  }

  /** `robot.yaw.cos` is to mathjs a property of a property of a symbol. */
  function dottedName(node: MathNode): string {
    if (node.type === "SymbolNode") return (node as SymbolNode).name;
    if (node.type === "AccessorNode") {
      const { object, name } = node as AccessorNode;
      if (name !== "") return `${dottedName(object)}.${name}`;
    }
    throw syntaxError(expression, `"${node}" is not a name`);
  }

  return visit(root);
}

function tooLarge(expression: string, what: string): RehearseError {
  return new RehearseError(
    "RH-COST-SIZE",
    `the cost "${expression.slice(0, 60)}…" has ${what}`,
    "write a shorter expression, or a cost of your own in TypeScript",
  );
}

function syntaxError(expression: string, what: string): RehearseError {
  return new RehearseError(
    "RH-COST-SYNTAX",
    `the cost "${expression}" can't be read: ${what}`,
    "write one arithmetic expression over the model's readouts, such as max(0, 0.5 - robot.x)^2",
  );
}
