/** One command of a document, as its reader would type it. */
export interface Statement {
  /** Where it stands, from 1. */
  readonly line: number;
  /** `block`: a line of a fenced block; `inline`: in backquotes within a sentence or a table. */
  readonly kind: "block" | "inline";
  readonly text: string;
}

/** What the commands of a sentence begin with; a backquoted text that begins otherwise is no command. */
const PROGRAMS = new RegExp(
  `^(?:\\w+=\\S+ )*(?:${[
    ...["kvadm", "kvcli", "kvd", "kvlab", "npm", "node", "curl", "docker", "apt", "dpkg", "systemctl"],
    ...["journalctl", "systemd-analyze", "chronyc", "smartctl", "dmesg", "mtr", "memtester"],
  ].join("|")}) `,
);
/** The end of what opens on a line: a loop, or a text that follows. */
const ENDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^for .*; do$/, /^done$/],
  [/<< *'?EOF'?$/, /^EOF$/],
];

/**
 * The commands of `markdown`, ascending by line: those of the fenced blocks that name no language, without the
 * comments behind them, and those in backquotes.
 */
export function statementsOf(markdown: string): readonly Statement[] {
  const found: Statement[] = [];
  let fence: { readonly indent: string; readonly isShell: boolean } | undefined;
  let open: { readonly line: number; readonly end: RegExp; readonly lines: string[] } | undefined;
  for (const [index, raw] of markdown.split("\n").entries()) {
    const line = index + 1;
    const mark = /^( *)```(\w*)$/.exec(raw);
    if (mark !== null) {
      fence = fence === undefined ? { indent: mark[1] ?? "", isShell: mark[2] === "" } : undefined;
    } else if (fence === undefined) {
      found.push(...inlineStatements(raw, line));
    } else if (fence.isShell) {
      const text = raw.slice(fence.indent.length);
      open?.lines.push(text);
      const end = ENDS.find(([begin]) => begin.test(text))?.[1];
      if (open === undefined && end !== undefined) open = { line, end, lines: [text] };
      if (open?.end.test(text) === true) {
        found.push({ line: open.line, kind: "block", text: open.lines.join("\n") });
        open = undefined;
      } else if (open === undefined && text !== "") {
        found.push({ line, kind: "block", text: text.replace(/ +# .*$/, "") });
      }
    }
  }
  return found;
}

function inlineStatements(raw: string, line: number): readonly Statement[] {
  return [...raw.matchAll(/`([^`]+)`/g)]
    .map((match) => filled(match[1] ?? ""))
    .filter((text) => PROGRAMS.test(text))
    .map((text) => ({ line, kind: "inline", text }));
}

/** What may be left out is given, and what stands for a number is one. */
function filled(text: string): string {
  return text.replace(/[[\]]/g, "").replace(/\b(?:SLOTS?|N)\b/g, "1");
}

/**
 * Each command once, where it stands first; a block goes before a sentence, and a sentence that only names the
 * beginning of a command that is shown whole elsewhere (`kvd init`) shows nothing of its own.
 */
export function distinct(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter((statement) => {
    const twins = statements.filter(({ text }) => text === statement.text);
    if (statement !== (twins.find(({ kind }) => kind === "block") ?? twins[0])) return false;
    return (
      statement.kind === "block" || !statements.some(({ text }) => text.startsWith(`${statement.text} `))
    );
  });
}
