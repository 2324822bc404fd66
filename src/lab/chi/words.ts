import type { ScriptProblem } from "./script.ts";

/** One word of a line. */
export interface Word {
  readonly text: string;
  /** Of its first character, from 1. */
  readonly column: number;
  /** Whether some of it stood in quotes: then it is nothing but text. */
  readonly isQuoted: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", '"': '"' };

/**
 * The words of a line, without its comment: a `#` at the beginning of a word starts one. Quotes hold spaces
 * together; in double ones \\, \", \n and \t are escapes, in single ones nothing is.
 */
export function splitWords(line: string): readonly Word[] | Omit<ScriptProblem, "line"> {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at++;
    if (at >= line.length || line[at] === "#") return words;
    const word = readWord(line, at);
    if ("message" in word) return word;
    words.push(word.word);
    at = word.end;
  }
}

function readWord(
  line: string,
  start: number,
): { readonly word: Word; readonly end: number } | Omit<ScriptProblem, "line"> {
  let text = "";
  let isQuoted = false;
  let at = start;
  while (at < line.length && !isSpace(line[at])) {
    const character = line[at] as string;
    if (character === '"' || character === "'") {
      isQuoted = true;
      const quoted = readQuoted(line, at);
      if ("message" in quoted) return quoted;
      text += quoted.text;
      at = quoted.end;
    } else {
      text += character;
      at++;
    }
  }
  return { word: { text, column: start + 1, isQuoted }, end: at };
}

/** What stands between the quote at `start` and the next of its kind. */
function readQuoted(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | Omit<ScriptProblem, "line"> {
  const quote = line[start];
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string;
    if (character === quote) return { text, end: at + 1 };
    if (character !== "\\" || quote === "'") {
      text += character;
      continue;
    }
    at++;
    const escaped = ESCAPES[line[at] ?? ""];
    if (escaped === undefined) {
      return { column: at, message: 'after a backslash comes n, t, " or another backslash' };
    }
    text += escaped;
  }
  return { column: start + 1, message: `the quote ${quote} has no end on this line` };
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
