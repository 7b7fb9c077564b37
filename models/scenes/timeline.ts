import { type ActionName, ActionWriter, actionNames, actions } from './action.ts';
import { handLimbs } from './hand.ts';
import { endMs, type HandTrack, handAt, heldPose, startMs } from './hand-track.ts';
import type { Layout, LyingTool } from './layout.ts';
import type { Random } from './random.ts';
import { type Extent, extentOf } from './surface.ts';
import { toolLimbs } from './tool.ts';
import { type Box, type BoxesAt, type HandState, handNoScooper, handStates } from './truth.ts';

/** An action, and the time its hands are in the picture. */
export type TimedAction = { readonly name: ActionName; readonly startMs: number; readonly endMs: number };

export type Timeline = { readonly actions: readonly TimedAction[]; readonly hands: readonly HandTrack[] };

export type TimelineOptions = {
  readonly durationMs: number;
  /** Actions in this order; absent: random, `perMinute` of them. */
  readonly actions?: readonly ActionName[];
  readonly perMinute?: number;
};

/** Pause between two actions. With the movements in and out, two violations are at least 2.5 s apart. */
const leastPauseMs = 600;
const stepMs = 40;

/** Still actors have lower numbers: pizzas from 1, tools from 10. */
export const firstHandActor = 20;

/**
 * Places actions one after the other. It retries each until the result is unambiguous: one violation of at least 1.2 s,
 * or none by a wide margin. It leaves an action out after 40 tries.
 */
export function createTimeline(random: Random, layout: Layout, options: TimelineOptions): Timeline {
  let actor = firstHandActor;
  const placed: TimedAction[] = [];
  const hands: HandTrack[] = [];
  let clock = 300 + random.between(0, 900);
  const wanted = options.actions;
  for (let i = 0; wanted ? i < wanted.length : clock < options.durationMs; i++) {
    const name = wanted?.[i] ?? drawAction(random);
    for (let attempt = 0; attempt < 40; attempt++) {
      const before = actor;
      const tracks = new ActionWriter(random.fork(), layout, () => actor++).write(name, clock);
      const end = Math.max(...tracks.map(endMs));
      if (end > options.durationMs || !isClear(layout, tracks, actions[name].violates)) {
        actor = before;
        continue;
      }
      placed.push({ name, startMs: clock, endMs: end });
      hands.push(...tracks);
      clock = end;
      break;
    }
    const left = wanted ? (options.durationMs - clock) / Math.max(1, wanted.length - i) : 0;
    clock += wanted
      ? Math.max(leastPauseMs, (left - 6500) * random.between(0.7, 1))
      : pauseMs(random, options.perMinute ?? 9);
  }
  return { actions: placed, hands };
}

function drawAction(random: Random): ActionName {
  const drawn = random.next();
  if (drawn < 0.28) return 'scoop';
  if (drawn < 0.5) return 'bare-hand';
  return random.pick(actionNames.filter(name => name !== 'scoop' && name !== 'bare-hand' && name !== 'scooper-left'));
}

/** The pause after an action; the action itself takes about 5 s of its share of the minute. */
function pauseMs(random: Random, perMinute: number): number {
  return Math.max(leastPauseMs, (60_000 / perMinute - 5200) * random.between(0.5, 1.5));
}

function isClear(layout: Layout, tracks: readonly HandTrack[], violates: boolean): boolean {
  const frames: BoxesAt[] = [];
  const from = Math.min(...tracks.map(startMs));
  const to = Math.max(...tracks.map(endMs));
  for (let timeMs = from; timeMs <= to; timeMs += stepMs) frames.push(boxesAt(layout, tracks, timeMs));
  const found = handNoScooper(frames, layout.zone);
  if (!violates) return frames.every(frame => handStates(frame.boxes, layout.zone).every(isFarFromRule));
  const [only] = found;
  if (!only || found.length > 1 || only.endMs - only.startMs < 1300) return false;
  return frames.every(({ timeMs, boxes }) => {
    const near = Math.min(Math.abs(timeMs - only.startMs), Math.abs(timeMs - only.endMs)) < 400;
    const during = timeMs > only.startMs && timeMs < only.endMs;
    return near || handStates(boxes, layout.zone).every(during ? isWellInsideOr(only.actor) : isFarFromRule);
  });
}

function isFarFromRule(hand: HandState): boolean {
  return Math.min(hand.inZone, hand.onPizza) < 0.03 || hand.withScooper > 0.2;
}

/** The hand that breaks the rule must do so clearly, and every other hand must clearly not. */
function isWellInsideOr(actor: number): (hand: HandState) => boolean {
  return hand =>
    hand.actor === actor ? hand.inZone > 0.2 && hand.onPizza > 0.2 && hand.withScooper < 0.03 : isFarFromRule(hand);
}

/** Boxes of all pizzas, scoopers and hands at a time, cut at the picture's edge, also when covered. */
export function boxesAt(layout: Layout, hands: readonly HandTrack[], timeMs: number): BoxesAt {
  const boxes: {
    className: 'hand' | 'pizza' | 'scooper';
    actor: number;
    x1Px: number;
    y1Px: number;
    x2Px: number;
    y2Px: number;
  }[] = [];
  const add = (className: 'hand' | 'pizza' | 'scooper', actor: number, extent: Extent): void => {
    const box = cut(extent, layout);
    if (box) boxes.push({ className, actor, ...box });
  };
  layout.pizzas.forEach((pizza, i) => {
    const { xPx, yPx, radiusPx } = pizza;
    add('pizza', 1 + i, { x1: xPx - radiusPx, y1: yPx - radiusPx, x2: xPx + radiusPx, y2: yPx + radiusPx });
  });
  layout.lying.forEach((lying, i) => {
    if (lying.tool.kind === 'scooper') add('scooper', 10 + i, lyingExtent(lying));
  });
  for (const track of hands) {
    const pose = handAt(track, timeMs);
    if (!pose) continue;
    add('hand', track.actor, extentOf(handLimbs(pose, track.look)));
    if (track.holds?.kind === 'scooper')
      add('scooper', track.holdActor, extentOf(toolLimbs(track.holds, heldPose(track, pose))));
  }
  return { timeMs, boxes };
}

function lyingExtent(lying: LyingTool): Extent {
  return extentOf(toolLimbs(lying.tool, lying.pose));
}

/** Undefined when less than 3 px of the box lie in the picture. */
export function cut(extent: Extent, size: { readonly widthPx: number; readonly heightPx: number }): Box | undefined {
  const box = {
    x1Px: Math.max(0, extent.x1),
    y1Px: Math.max(0, extent.y1),
    x2Px: Math.min(size.widthPx, extent.x2),
    y2Px: Math.min(size.heightPx, extent.y2),
  };
  return box.x2Px - box.x1Px < 3 || box.y2Px - box.y1Px < 3 ? undefined : box;
}
