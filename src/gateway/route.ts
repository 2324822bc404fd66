import type { IncomingHttpHeaders } from "node:http";
import type { Timers } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import type { FencedOptions, ReadLevel, ReadOptions, RequestOptions } from "../client/options.ts";
import type { Touch } from "../kv/rights.ts";
import type { Parameter, Parameters } from "./parameters.ts";

export type Method = "GET" | "HEAD" | "PUT" | "PATCH" | "POST" | "DELETE";

/** A JSON Schema of the 2020-12 dialect, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A body by its media types. */
export interface Content {
  readonly describe: string;
  readonly content: Readonly<Record<string, Schema>>;
}

/** What the OpenAPI document says of a route besides its parameters. */
export interface RouteDocument {
  readonly tag: string;
  readonly summary: string;
  readonly body?: Content;
  /** By status; the refusals that every route has are added. */
  readonly replies: Readonly<Record<number, Content>>;
  /** Request headers that it heeds. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What `*` in the path is called; `key` by default. */
  readonly rest?: string;
  /** Description of what `*` or `:name` in the path stands for. */
  readonly path?: Readonly<Record<string, string>>;
}

/** One method of one path. */
export interface Route {
  readonly method: Method | "GET, HEAD";
  /** `*` is the rest of the path, `:name` one segment of it. */
  readonly path: string;
  /** `none` needs no principal. */
  readonly access: "none" | "read" | "write";
  readonly parameters: readonly Parameter[];
  readonly bodyBytesMax: number;
  /** Whether it heeds `Kvd-Fence`; any other route refuses the header. */
  readonly fence?: true;
  readonly document: RouteDocument;
  /** What its path asks for when it ends in `/history`: the router knows `*` at the end of a path alone. */
  readonly history?: Route;
  /** Reads the request; throws an HttpError for what cannot be meant. Nothing was sent yet. */
  readonly plan: (input: Input) => Plan;
}

/** A request, its body read and its parameters parsed. */
export interface Input {
  readonly method: Method;
  readonly query: Parameters;
  readonly headers: IncomingHttpHeaders;
  /** What `*` stood for, percent-encoded as it came. */
  readonly rest: string;
  /** What `:name` stood for. */
  readonly segments: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a request will do: checked against its principal first. */
export interface Plan {
  readonly touches: readonly Touch[];
  /** Whether a condition came by a header: one that does not hold is then a 412. */
  readonly conditional?: boolean;
  readonly act: (context: Context) => Promise<Answer>;
}

/** With what a plan is carried out. */
export interface Context {
  readonly client: Client;
  readonly timers: Timers;
  readonly timing: RequestOptions;
  /** Options of every change: patience, the identity that an Idempotency-Key gives, and the fence of a Kvd-Fence. */
  readonly change: FencedOptions;
  /** Options of every read, its level included. */
  readonly read: (byDefault: ReadLevel) => ReadOptions;
  /** Fires when the answer is sent, or the one who asked is gone. */
  readonly gone: AbortSignal;
  /** Fires when the gateway stops, or the principal is revoked: a stream has to end. */
  readonly stopping: AbortSignal;
}

export type AnswerBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: "bytes"; readonly type: string; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  /** Sent as fast as it is read. */
  | { readonly kind: "stream"; readonly type: string; readonly chunks: AsyncIterable<string> };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}
