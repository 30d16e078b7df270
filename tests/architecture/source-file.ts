import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** `type`: gone after compilation. `dynamic`: loaded when the line runs; also files that a thread is started from. */
  readonly kind: "static" | "type" | "dynamic";
  readonly line: number;
}

export interface SourceFile {
  /** From the project's root: `src/control/gate.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Clocks, chance and timers that are used, such as `Date.now`. */
  readonly impurities: readonly { readonly name: string; readonly line: number }[];
  readonly exportedClasses: readonly string[];
  readonly exportsFunctions: boolean;
  readonly hasDefaultExport: boolean;
}

const IMPURE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ["now"],
  performance: ["now"],
  process: ["hrtime"],
  Math: ["random"],
};
const IMPURE_CALLS = ["setInterval", "setTimeout", "setImmediate", "queueMicrotask"];

/** What the rules of architecture need to know of a TypeScript file. `import { type A }` is a static import: it stays after compilation. */
export function parseSource(path: string, text: string): SourceFile {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const imports: Import[] = [];
  const impurities: { name: string; line: number }[] = [];
  const exportedClasses: string[] = [];
  let exportsFunctions = false;
  let hasDefaultExport = false;
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const imported = (specifier: ts.Expression | undefined, kind: Import["kind"], node: ts.Node) => {
    if (specifier !== undefined && ts.isStringLiteral(specifier)) imports.push({ specifier: specifier.text, kind, line: lineOf(node) });
  };
  const isNamed = (node: ts.Node, name: string) => ts.isIdentifier(node) && node.text === name;

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      imported(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? "type" : "static", node);
    } else if (ts.isExportDeclaration(node)) {
      imported(node.moduleSpecifier, node.isTypeOnly ? "type" : "static", node);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      imported(node.argument.literal as ts.Expression, "type", node);
    } else if (ts.isCallExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) imported(node.arguments[0], "dynamic", node);
      for (const name of IMPURE_CALLS) if (isNamed(node.expression, name)) impurities.push({ name, line: lineOf(node) });
    } else if (ts.isNewExpression(node)) {
      if (isNamed(node.expression, "URL") && node.arguments?.[1]?.getText(file) === "import.meta.url") {
        const target = node.arguments[0]!;
        if (ts.isStringLiteral(target) && target.text.endsWith(".js")) imported(target, "dynamic", node);
      }
      if (isNamed(node.expression, "Date") && !node.arguments?.length) impurities.push({ name: "new Date()", line: lineOf(node) });
    } else if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const members = Object.hasOwn(IMPURE_MEMBERS, node.expression.text) ? IMPURE_MEMBERS[node.expression.text]! : [];
      if (members.includes(node.name.text)) impurities.push({ name: `${node.expression.text}.${node.name.text}`, line: lineOf(node) });
    } else if (ts.isExportAssignment(node)) hasDefaultExport = true;
    if (ts.canHaveModifiers(node)) {
      const modifiers = ts.getModifiers(node)?.map((m) => m.kind) ?? [];
      if (modifiers.includes(ts.SyntaxKind.DefaultKeyword)) hasDefaultExport = true;
      if (ts.isFunctionDeclaration(node) && modifiers.includes(ts.SyntaxKind.ExportKeyword)) exportsFunctions = true;
      if (ts.isClassDeclaration(node) && node.name && modifiers.includes(ts.SyntaxKind.ExportKeyword)) exportedClasses.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, impurities, exportedClasses, exportsFunctions, hasDefaultExport };
}

export function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => parseSource(join(folder, name), readFileSync(join(folder, name), "utf8")));
}

/** The file that a relative import means, from the project's root; undefined for packages. */
export function targetOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return normalize(join(dirname(from), specifier)).replace(/\.js$/, ".ts");
}

/** The package of an import: `@mcap/core` of `@mcap/core/dist/x.js`; `node:fs` of `node:fs/promises`; undefined for files. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".")) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
