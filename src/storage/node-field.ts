import { isNodeId, type NodeId } from "../base/ids.ts";
import { type FieldReader, LayoutError } from "./layout.ts";

/** Throws LayoutError. */
export function readNode(reader: FieldReader): NodeId {
  const node = reader.u32();
  if (!isNodeId(node)) throw new LayoutError(`${node} is no node id`);
  return node;
}
