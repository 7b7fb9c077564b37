/** A named point in pixels of its frame. */
export interface JointPoint {
  readonly name: string;
  readonly xPx: number;
  readonly yPx: number;
}

const fingers = ['thumb', 'index', 'middle', 'ring', 'pinky'] as const;
const sides = ['left', 'right'] as const;

/** Names of points that a line joins: of a person (COCO) and of a hand (MediaPipe). */
const joined: readonly (readonly [string, string])[] = [
  ['left_shoulder', 'right_shoulder'],
  ['left_hip', 'right_hip'],
  ...sides.flatMap(side =>
    chain('nose', `${side}_eye`, `${side}_ear`).concat(
      chain(`${side}_shoulder`, `${side}_elbow`, `${side}_wrist`),
      chain(`${side}_shoulder`, `${side}_hip`, `${side}_knee`, `${side}_ankle`),
    ),
  ),
  ...fingers.flatMap(finger =>
    finger === 'thumb'
      ? chain('wrist', 'thumb_cmc', 'thumb_mcp', 'thumb_ip', 'thumb_tip')
      : chain(`${finger}_mcp`, `${finger}_pip`, `${finger}_dip`, `${finger}_tip`),
  ),
  ...chain('wrist', 'index_mcp', 'middle_mcp', 'ring_mcp', 'pinky_mcp', 'wrist'),
];

/** The lines between the points that are there. */
export function jointsOf(points: readonly JointPoint[]): readonly (readonly [JointPoint, JointPoint])[] {
  if (points.length < 2) return [];
  const byName = new Map(points.map(point => [point.name, point]));
  return joined.flatMap(([a, b]) => {
    const [from, to] = [byName.get(a), byName.get(b)];
    return from && to ? [[from, to] as const] : [];
  });
}

function chain(...names: readonly string[]): (readonly [string, string])[] {
  return names.slice(1).map((name, at) => [names[at] ?? name, name] as const);
}
