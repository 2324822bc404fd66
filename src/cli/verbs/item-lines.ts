import type { FreshAnswer, RangePage } from "../../client/replies.ts";
import type { RangeItem } from "../../wire/client-messages.ts";
import type { Run } from "../command.ts";
import { namedFormat, print } from "../session.ts";
import { jsonFreshness } from "./data-options.ts";

/** How items of a range are shown, in each format. */
export interface ItemView {
  /** Of the object that holds all of them, and of one by itself. */
  readonly kinds: { readonly all: string; readonly one: string };
  /** Absent: each row is a line by itself, of one cell. */
  readonly header?: readonly string[];
  readonly row: (item: RangeItem) => readonly string[];
  readonly json: (item: RangeItem) => Readonly<Record<string, unknown>>;
  readonly value: (item: RangeItem) => Uint8Array;
}

/** Prints items as they come, page after page, and holds no more than a page of them. Gives their number. */
export async function printItems(run: Run, pages: AsyncIterable<RangePage>, view: ItemView): Promise<number> {
  const printer = printerOf(run, view);
  const answers: FreshAnswer[] = [];
  let count = 0;
  let hasMore = false;
  for await (const { items, more, level, stalenessMs } of pages) {
    for (const part of printer.page(items, answers.length === 0)) print(run, part);
    await run.terminal.flushed();
    count += items.length;
    hasMore = more;
    answers.push({ level, stalenessMs });
  }
  print(run, printer.end({ count, more: hasMore }, answers));
  return count;
}

interface Counted {
  readonly count: number;
  /** Whether the limit left keys out. */
  readonly more: boolean;
}

interface Printer {
  page(items: readonly RangeItem[], isFirst: boolean): Iterable<string | Uint8Array>;
  end(counted: Counted, answers: readonly FreshAnswer[]): string;
}

function printerOf(run: Run, view: ItemView): Printer {
  switch (namedFormat(run) ?? "table") {
    case "table":
      return tablePrinter(view);
    case "json":
      return {
        page: (items, isFirst) => {
          const start = isFirst ? `{"kind":"${view.kinds.all}","v":1,"${view.kinds.all}":[` : "";
          const comma = isFirst || items.length === 0 ? "" : ",";
          return [start, comma, items.map((item) => JSON.stringify(view.json(item))).join(",")];
        },
        end: (counted, answers) =>
          `],${JSON.stringify({ ...counted, ...jsonFreshness(...answers) }).slice(1)}\n`,
      };
    case "jsonl":
      return {
        page: (items) =>
          items.map((item) => `${JSON.stringify({ kind: view.kinds.one, v: 1, ...view.json(item) })}\n`),
        end: () => "",
      };
    case "value":
    case "raw":
      return { page: (items) => items.flatMap((item) => [view.value(item), "\n"]), end: () => "" };
  }
}

/** Columns may grow from page to page, and never shrink. */
function tablePrinter({ header, row }: ItemView): Printer {
  const widths = header?.map((title) => title.length) ?? [];
  const lineOf = (cells: readonly string[]): string =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()}\n`;
  return {
    page: (items, isFirst) => {
      const rows = items.map(row);
      if (header === undefined) return [rows.map(([cell]) => `${cell}\n`).join("")];
      for (const cells of rows)
        for (const [column, cell] of cells.entries())
          widths[column] = Math.max(widths[column] ?? 0, cell.length);
      return [(isFirst ? [header, ...rows] : rows).map(lineOf).join("")];
    },
    end: () => "",
  };
}
