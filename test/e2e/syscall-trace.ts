/** What a node's system calls tell of its socket and its log. */
export type TracedCall =
  | { readonly kind: "received"; readonly datagram: Uint8Array }
  | { readonly kind: "sent"; readonly datagram: Uint8Array }
  /** Pages written to the log's file, not yet on disk. */
  | { readonly kind: "written"; readonly bytes: Uint8Array }
  /** fdatasync of the log's file has returned. */
  | { readonly kind: "synced" }
  /** The meta page, written through a descriptor that is synchronous by itself, is on disk. */
  | { readonly kind: "meta-written" };

/** What strace must be told so that `parseTrace` understands it; the process and the output file come after it. */
export const STRACE_ARGUMENTS: readonly string[] = [
  "-f",
  "-y",
  "-xx",
  "-s",
  "70000",
  "-e",
  "trace=recvmsg,sendmsg,fdatasync,pwrite64,pwritev,writev",
];

/** An LMDB meta write is the end of a page's head; data pages are written whole. */
const META_BYTES_MAX = 200;

/**
 * The calls in order: what was received and reached the disk at the moment when the call returned, what was
 * sent at the moment when it was made.
 */
export function parseTrace(text: string): readonly TracedCall[] {
  const begun = new Map<string, string>();
  const calls: TracedCall[] = [];
  for (const line of text.split("\n")) {
    const match = /^(\d+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const [, thread = "", rest = ""] = match;
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const isUnfinished = rest.endsWith("<unfinished ...>");
    if (isUnfinished) begun.set(thread, rest);
    const isSend = rest.startsWith("sendmsg(");
    if (isSend) {
      calls.push({ kind: "sent", datagram: quotedBytes(rest, "iov_base=") });
      continue;
    }
    if (isUnfinished) continue;
    const whole = resumed === null ? rest : `${begun.get(thread) ?? ""}${resumed[1] ?? ""}`;
    const call = returnedCall(whole);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function returnedCall(whole: string): TracedCall | undefined {
  if (whole.startsWith("recvmsg(")) {
    if (/= -1 \w+/.test(whole)) return undefined;
    const datagram = quotedBytes(whole, "iov_base=");
    return datagram.length === 0 ? undefined : { kind: "received", datagram };
  }
  const path = /^\w+\(\d+<([^>]*)>/.exec(whole)?.[1] ?? "";
  if (!Buffer.from(unescaped(path)).toString().endsWith("/log/data.mdb")) return undefined;
  if (whole.startsWith("fdatasync(")) return /= 0\s*$/.test(whole) ? { kind: "synced" } : undefined;
  const bytes = quotedBytes(whole, whole.startsWith("pwrite64(") ? ">, " : "iov_base=");
  return bytes.length <= META_BYTES_MAX ? { kind: "meta-written" } : { kind: "written", bytes };
}

/** All quoted strings that follow `label`, joined. */
function quotedBytes(text: string, label: string): Uint8Array {
  const parts: number[] = [];
  for (let at = text.indexOf(`${label}"`); at !== -1; at = text.indexOf(`${label}"`, at + 1)) {
    const start = at + label.length + 1;
    parts.push(...unescaped(text.slice(start, text.indexOf('"', start))));
  }
  return Uint8Array.from(parts);
}

/** The bytes of strace's `\xNN` text. */
function unescaped(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll("\\x", ""), "hex"));
}
