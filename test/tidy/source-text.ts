/** What of a source text a scan wants to see; the rest is blanked, so that offsets and lines stay true. */
export type Visible = "code-and-strings" | "code";

type Mode =
  | { readonly kind: "code"; braces: number }
  | { readonly kind: "template" }
  | { readonly kind: "quoted"; readonly quote: string };

/** A slash after one of these opens a regular expression, not a division. */
const BEFORE_REGEXP = /(?:^|[([{,;=:!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

const blank = (text: string): string => text.replace(/[^\n]/g, " ");

/** Where the comment that opens at `at` ends (exclusive), or undefined when none opens there. */
function commentEnd(text: string, at: number): number | undefined {
  if (text.startsWith("//", at)) {
    const end = text.indexOf("\n", at);
    return end === -1 ? text.length : end;
  }
  if (text.startsWith("/*", at)) {
    const end = text.indexOf("*/", at + 2);
    return end === -1 ? text.length : end + 2;
  }
  return undefined;
}

/** Where the regular expression that opens at `at` ends (exclusive), or undefined when the slash divides. */
function regexpEnd(text: string, at: number, seen: string): number | undefined {
  if (text[at] !== "/" || !BEFORE_REGEXP.test(seen.slice(-40))) return undefined;
  let inClass = false;
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index];
    if (character === "\n") return undefined;
    if (character === "\\") index++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "/" && !inClass) return index + 1;
  }
  return undefined;
}

/**
 * The text with comments and regular expressions blanked, and, for "code", the inside of strings too.
 * What stands in `${}` of a template is code.
 */
export function visibleText(text: string, visible: Visible): string {
  const modes: Mode[] = [{ kind: "code", braces: 0 }];
  let seen = "";
  let at = 0;
  const take = (length: number, hide: boolean): void => {
    const piece = text.slice(at, at + length);
    seen += hide ? blank(piece) : piece;
    at += length;
  };
  while (at < text.length) {
    const mode = modes[modes.length - 1] as Mode;
    const character = text[at] as string;
    if (mode.kind === "code") {
      const end = commentEnd(text, at) ?? regexpEnd(text, at, seen);
      if (end !== undefined) {
        take(end - at, true);
        continue;
      }
      if (character === '"' || character === "'") modes.push({ kind: "quoted", quote: character });
      else if (character === "`") modes.push({ kind: "template" });
      else if (character === "{") mode.braces++;
      else if (character === "}" && mode.braces === 0 && modes.length > 1) modes.pop();
      else if (character === "}") mode.braces--;
      take(1, false);
      continue;
    }
    const closing = mode.kind === "quoted" ? mode.quote : "`";
    if (character === "\\") take(2, visible === "code");
    else if (character === closing || (mode.kind === "quoted" && character === "\n")) {
      modes.pop();
      take(1, false);
    } else if (mode.kind === "template" && text.startsWith("${", at)) {
      modes.push({ kind: "code", braces: 0 });
      take(2, false);
    } else take(1, visible === "code");
  }
  return seen;
}

/** The 1-based line that holds `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1))
    line++;
  return line;
}
