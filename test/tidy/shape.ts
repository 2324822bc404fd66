import type { SourceFile } from "./source-files.ts";
import { visibleText } from "./source-text.ts";

export const FILE_LINES_MAX = 500;
export const LINE_COLUMNS_MAX = 110;
export const TEXT_COLUMNS_MAX = 180;
/** An exported function up to this many lines may speak through its name and types alone. */
const PLAIN_FUNCTION_LINES_MAX = 20;

/** One line per bound on size that the file breaks. */
export function sizeBreaches(file: SourceFile): readonly string[] {
  const lines = file.text.replace(/\n$/, "").split("\n");
  const breaches: string[] = [];
  if (lines.length > FILE_LINES_MAX) {
    breaches.push(`${file.path} has ${lines.length} lines: cut it at a noun, ${FILE_LINES_MAX} is the limit`);
  }
  lines.forEach((line, index) => {
    // The formatter never cuts a string or a comment: those get room to end their sentence.
    const columnsMax = /["'`]|^\s*(?:\/\/|\/?\*)|\/[/*]/.test(line) ? TEXT_COLUMNS_MAX : LINE_COLUMNS_MAX;
    if (line.length > columnsMax) {
      breaches.push(`${file.path}:${index + 1} has ${line.length} columns, ${columnsMax} is the limit`);
    }
  });
  return breaches;
}

const EXPORTED = /^export\s+(?:abstract\s+)?(?:async\s+)?(class|function)\*?\s+(\w+)/;

/** How many lines the declaration that opens at `start` takes, by its braces. */
function declarationLines(code: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < code.length; index++) {
    for (const character of code[index] as string) {
      if (character === "{") depth++;
      else if (character === "}") depth--;
    }
    if (depth === 0 && /[};]\s*$/.test(code[index] as string)) return index - start + 1;
  }
  return code.length - start;
}

/**
 * One line per exported class, or exported function of more than a few lines, that no docstring
 * precedes: those state shapes, units, errors and owners that the type cannot.
 */
export function undocumentedExports(file: SourceFile): readonly string[] {
  const lines = file.text.split("\n");
  const code = visibleText(file.text, "code").split("\n");
  const breaches: string[] = [];
  code.forEach((line, index) => {
    const declared = EXPORTED.exec(line);
    if (declared === null) return;
    const previous = (lines[index - 1] ?? "").trimEnd();
    if (previous.endsWith("*/")) return;
    const isPlain = declared[1] === "function" && declarationLines(code, index) <= PLAIN_FUNCTION_LINES_MAX;
    // The later signatures of an overloaded function share the first one's docstring.
    const isOverload = new RegExp(`^export function ${declared[2]}\\b`).test(lines[index - 1] ?? "");
    if (!isPlain && !isOverload)
      breaches.push(`${file.path}:${index + 1} exports ${declared[2]} without a docstring`);
  });
  return breaches;
}
