import type { Rcl, RclNode } from "./rclnodejs.js";

/** Parameters for one name or pattern of nodes, as rcl has read them from the command line and from files. */
export interface OverrideRule {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: number; readonly value: unknown }[];
}

/** Whether a rule is for a node: `/*` stands for one part of a name and `/**` for any number, as in rclcpp; a bare name also means the node's own. */
export function ruleMatches(rule: string, node: { readonly name: string; readonly fullName: string }): boolean {
  if (rule === node.name) return true;
  const absolute = rule.startsWith("/") ? rule : `/${rule}`;
  const pattern = absolute.replace(/\/\*\*?/g, (wildcard) => (wildcard === "/**" ? "(/\\w+)*" : "/\\w+"));
  return new RegExp(`^${pattern}$`).test(node.fullName);
}

/**
 * Gives a new node the parameters that are meant for it by its full name or by a pattern. rclnodejs takes only those for `/**` and for the bare
 * name; launch files and `ros2 param dump` write full names. Must come before anything is declared.
 */
export function applyOverrides(rcl: Rcl, node: RclNode, rules: readonly OverrideRule[]): void {
  const names = { name: node.name(), fullName: node.getFullyQualifiedName() };
  // There is no public API for this: the constructor takes overrides, but before it the node's name, which can be remapped, is unknown.
  const { _parameterOverrides: overrides } = node as unknown as { _parameterOverrides: Map<string, InstanceType<Rcl["Parameter"]>> };
  for (const rule of rules) {
    if (!ruleMatches(rule.name, names)) continue;
    for (const { name, type, value } of rule.parameters) overrides.set(name, new rcl.Parameter(name, type as never, value));
  }
  // The constructor has declared this one already.
  const simulated = overrides.get("use_sim_time");
  if (simulated !== undefined) node.setParameter(simulated);
}
