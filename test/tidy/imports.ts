import { lineAt, visibleText } from "./source-text.ts";

/** One module that a file names, by `import`, `export ... from`, or `import()`; type-only ones count too. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** From the keyword up to `from`: names may span lines, and a type-only import is an import. */
const FROM = /\b(?:import|export)\b[^;"'`]*?\bfrom\s*(["'])([^"'\n]+)\1/g;
const BARE = /\bimport\s*(["'])([^"'\n]+)\1/g;
const CALLED = /\b(?:import|require)\s*\(\s*(["'`])([^"'`\n]+)\1/g;

/** Every module named in the text, in order of appearance by kind of statement. */
export function importsOf(text: string): readonly Import[] {
  const visible = visibleText(text, "code-and-strings");
  const found: Import[] = [];
  for (const pattern of [FROM, BARE, CALLED]) {
    for (const match of visible.matchAll(pattern)) {
      found.push({ specifier: match[2] as string, line: lineAt(visible, match.index) });
    }
  }
  return found;
}
