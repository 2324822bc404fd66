import { Transcript } from "../../lab/report/transcript.ts";
import { encodeTraceLine, type HeaderLine } from "../../node/trace-line.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print } from "../session.ts";
import { mergedLines, type PlacedLine, TraceReader } from "../trace-reader.ts";
import { stretchOf, TRANSCRIPT_OPTIONS, widthOf } from "../transcript-options.ts";

/** `kvlab trace FILE...`: what real nodes have recorded, as a transcript. */
export const labTraceCommand: Command = {
  usage: "trace <files..>",
  describe: "show recorded traces, those of a whole cluster side by side by their wall clocks",
  positionals: {
    files: { type: "string", describe: "as kvd start --trace or kvlab replay --trace wrote them" },
  },
  options: TRANSCRIPT_OPTIONS,
  examples: [
    ["$0 trace n1.jsonl n2.jsonl n3.jsonl | less -S", "a column for each node"],
    ["$0 trace n1.jsonl --from 5000 --to 6000", "the sixth second since the earliest trace began"],
    ["$0 trace n1.jsonl n2.jsonl -o json", "as one trace"],
  ],
  run: trace,
};

async function trace(run: Run): Promise<ExitCode> {
  const { fromMs, toMs } = stretchOf(run) ?? { fromMs: 0, toMs: Number.POSITIVE_INFINITY };
  const widthFor = widthOf(run);
  const isJson = formatOf(run, "table") === "json";
  let isDamaged = false;
  const complain = (message: string): void => {
    isDamaged = true;
    const text = isJson ? JSON.stringify({ error: { code: "trace", message } }) : `kvlab: ${message}`;
    run.terminal.err(`${text}\n`);
  };
  const files = run.args.texts("files");
  const twice = files.find((path, index) => files.indexOf(path) !== index);
  if (twice !== undefined) throw usageError(`'${twice}' is named twice`);
  const readers = files.map((path) => new TraceReader(path, complain));
  const headers = await Promise.all(readers.map((reader) => reader.open()));
  const members = membersOf(headers);
  const startMs = Math.min(...headers.map(({ at }) => at));
  const isReal = headers.some(({ wallMs }) => wallMs !== undefined);
  const transcript = new Transcript({ members, width: widthFor(Object.keys(members).length) });
  if (isReal && !isJson) print(run, `0 ms is ${new Date(startMs).toISOString()}\n`);
  const show = (line: PlacedLine): void => {
    if (isJson) print(run, encodeTraceLine(line));
    else for (const row of transcript.add(line)) print(run, `${row}\n`);
  };
  if (isJson) show(jointHeader(headers, members, isReal ? startMs : undefined));
  for await (const line of mergedLines(readers)) {
    const at = Math.round((line.at - startMs) * 1000) / 1000;
    if (at > toMs) break;
    if (at >= fromMs) show(restartOf({ ...line, at }));
  }
  for (const reader of readers) reader.close();
  return isDamaged ? EXIT_CODES.local : EXIT_CODES.done;
}

/** All members by number, in that order. Throws a usage error when two traces cannot be of one cluster. */
function membersOf(headers: readonly HeaderLine[]): Readonly<Record<string, string>> {
  const members: Record<string, string> = {};
  for (const header of headers) {
    for (const [id, name] of Object.entries(header.members)) {
      const known = members[id] ?? name;
      if (known !== name)
        throw usageError(`the traces are of two clusters: node ${id} is ${known} and ${name}`);
      members[id] = name;
    }
  }
  return members;
}

function jointHeader(
  headers: readonly HeaderLine[],
  members: HeaderLine["members"],
  wallMs: number | undefined,
): HeaderLine {
  const { version, writer, seed } = headers[0] as HeaderLine;
  const origin = {
    ...(seed === undefined || headers.length > 1 ? {} : { seed }),
    ...(wallMs === undefined ? {} : { wallMs }),
  };
  return { type: "trace", version, writer, members, at: 0, ...origin };
}

/** A further header in a file was written by the node's next process. */
function restartOf(line: PlacedLine): PlacedLine {
  if (line.type !== "trace" || line.node === undefined) return line;
  return { type: "event", at: line.at, who: line.node, kind: "started", detail: line.writer };
}
