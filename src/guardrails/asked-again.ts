import { type Command, sameCommand } from "../core/command.js";
import type { Check, GateContext, Ruling } from "../core/guardrail.js";
import type { ViolationId } from "../core/violation.js";

/** A gate asks again until all rules agree, mostly about the same command at the same moment: such an answer is computed once. */
export function askedAgain<Id extends ViolationId>(check: Check<Id>): Check<Id> {
  let last: { readonly context: GateContext; readonly command: Command; readonly ruling: Ruling<Id> | undefined } | undefined;
  return (command, context) => {
    if (last?.context !== context || !sameCommand(last.command, command)) last = { context, command, ruling: check(command, context) };
    return last.ruling;
  };
}
