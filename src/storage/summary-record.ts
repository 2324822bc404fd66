import { type Ballot, isBallot, isSlot, type Slot } from "../base/ids.ts";
import { Fingerprint } from "./fingerprint.ts";
import { FieldReader, FieldWriter, LayoutError } from "./layout.ts";
import { LogSummary } from "./log-summary.ts";

export interface SummaryRecord {
  readonly summary: LogSummary;
  /** Of the slots in [learned, end). */
  readonly fingerprint: Fingerprint;
}

export function encodeSummary({ summary, fingerprint }: SummaryRecord): Uint8Array {
  return new FieldWriter(72)
    .safeInteger(summary.promised)
    .safeInteger(summary.acceptedMax)
    .safeInteger(summary.firstKept)
    .safeInteger(summary.learned)
    .double(summary.digest)
    .safeInteger(summary.end)
    .safeInteger(fingerprint.count)
    .u32(fingerprint.high)
    .u32(fingerprint.low)
    .finish();
}

/** Throws LayoutError. */
export function decodeSummary(body: Uint8Array): SummaryRecord {
  const reader = new FieldReader(body);
  const summary = new LogSummary();
  summary.promised = readBallot(reader);
  summary.acceptedMax = readBallot(reader);
  summary.firstKept = readSlot(reader);
  summary.learned = readSlot(reader);
  summary.digest = reader.double();
  summary.end = readSlot(reader);
  const fingerprint = new Fingerprint();
  fingerprint.count = reader.safeInteger();
  fingerprint.high = reader.u32();
  fingerprint.low = reader.u32();
  reader.finish();
  if (summary.firstKept > summary.learned || summary.learned > summary.end) {
    throw new LayoutError("the marks of the summary are not in order");
  }
  return { summary, fingerprint };
}

function readBallot(reader: FieldReader): Ballot {
  const ballot = reader.safeInteger();
  if (!isBallot(ballot)) throw new LayoutError(`${ballot} is no ballot`);
  return ballot;
}

function readSlot(reader: FieldReader): Slot {
  const slot = reader.safeInteger();
  if (!isSlot(slot)) throw new LayoutError(`${slot} is no slot`);
  return slot;
}
