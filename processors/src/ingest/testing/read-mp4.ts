/** A box of an MP4: its type, and its content or the boxes in it. */
export interface Mp4Box {
  readonly type: string;
  readonly content: Buffer;
  readonly boxes: readonly Mp4Box[];
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'mvex', 'moof', 'traf']);

export function readBoxes(bytes: Buffer): readonly Mp4Box[] {
  const boxes: Mp4Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + size);
    boxes.push({ type, content, boxes: CONTAINERS.has(type) ? readBoxes(content) : [] });
    at += size;
  }
  return boxes;
}

/** Names of boxes, each with those in it. */
export const outline = (boxes: readonly Mp4Box[]): string =>
  boxes.map(({ type, boxes: inner }) => (inner.length === 0 ? type : `${type}(${outline(inner)})`)).join(' ');

export function find(boxes: readonly Mp4Box[], type: string): Buffer | undefined {
  for (const box of boxes) {
    const found = box.type === type ? box.content : find(box.boxes, type);
    if (found !== undefined) return found;
  }
  return undefined;
}
