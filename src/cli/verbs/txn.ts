import { present, unreachable } from "../../base/assert.ts";
import type { Bytes } from "../../client/options.ts";
import type { TxnAnswer, TxnReply } from "../../client/replies.ts";
import type { TxnDo, TxnRequest } from "../../client/txn.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, refuseReplaced, showKey } from "../key-text.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { parseTxn } from "../txn-text.ts";
import { textOf } from "../word-bytes.ts";
import { CHANGE_OPTIONS, fencedOptionsOf, jsonRecord, readFileOrInput } from "./data-options.ts";

/** `kvcli txn 'if ... then ... else ...'` or `-f FILE`: status 1 when the condition did not hold. */
export const txnCommand: Command = {
  usage: "txn [text]",
  describe: "do one of two lists of operations, all or nothing: if, then, else",
  positionals: {
    text: {
      type: "string",
      describe:
        "if COMPARE && ... then OPERATION; ... else OPERATION; ...; compares are rev(K)=N, create(K), version(K), " +
        "value(K) with = != < >, exists(K) and absent(K); operations are put K V, put K V --ttl 30s, " +
        "put K V --lease N, get K, del K, del --prefix P and del --range A B; quote words like \"a b\\x00\" or 'a;b'",
    },
  },
  options: {
    ...CHANGE_OPTIONS,
    file: { alias: "f", type: "string", describe: "a file with the same text instead; - reads stdin" },
  },
  examples: [
    ["$0 txn 'if rev(a)=5 && absent(b) then put a 1; del c else get a'", "status 1 when else was done"],
    ["$0 txn 'then put a 1; put b 2'", "without a condition"],
    ["$0 txn -f swap.txn", "a line for each operation; # begins a comment"],
  ],
  run: txn,
};

async function txn(run: Run): Promise<ExitCode> {
  const request = parseTxn(await sourceOf(run));
  const options = fencedOptionsOf(run.args);
  const reply = await withClient(run, (client) => client.txn(request, options));
  show(run, request, reply);
  return reply.succeeded ? EXIT_CODES.done : EXIT_CODES.negative;
}

async function sourceOf(run: Run): Promise<string> {
  const typed = run.args.optionalText("text");
  const file = run.args.optionalText("file");
  if ((typed === undefined) === (file === undefined))
    throw usageError("name one transaction: in quotes, or a file by -f; see kvcli txn --help");
  if (typed !== undefined) {
    refuseReplaced(typed, 'write such bytes as "\\xHH"');
    return typed;
  }
  const text = textOf(await readFileOrInput(run, present(file, "one of both is given")));
  if (text === undefined) throw usageError('the transaction is not UTF-8; write other bytes as "\\xHH"');
  return text;
}

function show(run: Run, request: TxnRequest, reply: TxnReply): void {
  const steps = (reply.succeeded ? request.do : request.else) ?? [];
  const done = reply.answers.map((answer, index) => ({
    answer,
    name: nameOf(present(steps[index], "one answer for each operation")),
  }));
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "txn", {
        succeeded: reply.succeeded,
        revision: reply.revision,
        answers: done.map(({ answer, name }) => ({ ...jsonBytes("key", name), ...jsonAnswer(answer) })),
        served_by: reply.servedBy,
      });
      break;
    case "table":
      print(run, `${reply.succeeded ? "then" : "else"}  rev=${reply.revision}\n`);
      for (const { answer, name } of done) print(run, `${showKey(name)}  ${lineOf(answer)}\n`);
      break;
    case "value":
      for (const { answer } of done) {
        if (answer.kind !== "get") continue;
        print(run, answer.record?.value ?? "");
        print(run, "\n");
      }
      break;
  }
}

/** The key, or where the range begins. */
function nameOf(step: TxnDo): Uint8Array {
  const name: Bytes =
    "put" in step
      ? step.put
      : "get" in step
        ? step.get
        : "delete" in step
          ? step.delete
          : "deletePrefix" in step
            ? step.deletePrefix
            : (step.deleteRange.start ?? "");
  return typeof name === "string" ? Buffer.from(name, "utf8") : name;
}

function jsonAnswer(answer: TxnAnswer): Readonly<Record<string, unknown>> {
  switch (answer.kind) {
    case "put":
      return { op: "put", create_revision: answer.createRevision, version: answer.version };
    case "delete":
      return { op: "delete", deleted: answer.deleted };
    case "delete-range":
      return { op: "delete-range", deleted: answer.count };
    case "get":
      return { op: "get", record: answer.record === undefined ? null : jsonRecord(answer.record) };
    default:
      return unreachable(answer);
  }
}

function lineOf(answer: TxnAnswer): string {
  switch (answer.kind) {
    case "put":
      return `put  version=${answer.version}`;
    case "delete":
      return answer.deleted ? "deleted" : "not found";
    case "delete-range":
      return `${answer.count} deleted`;
    case "get":
      return answer.record === undefined ? "not found" : `= ${showKey(answer.record.value)}`;
    default:
      return unreachable(answer);
  }
}
