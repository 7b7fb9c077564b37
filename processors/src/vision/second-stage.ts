import {
  cropOf,
  type ModelCard,
  type ModelObject,
  type Planes,
  pointsGiven,
  pointsNeeded,
  type SizePx,
  suppress,
} from '@sightline/models';
import { failedOn, type Looking, runSession } from './looking.ts';
import type { ModelCosts } from './model-costs.ts';
import type { ModelSession } from './model-session.ts';
import { resultOf } from './result-of.ts';

/**
 * The models before this one in a picture's plan whose boxes it can look at: they find its class, with the points
 * that it needs. Undefined: it looks at the whole picture. Empty: it needs such a model, and there is none.
 */
export function sourcesOf(
  { key, card }: ModelSession,
  plan: readonly string[],
  open: ReadonlyMap<string, ModelSession>,
): readonly ModelSession[] | undefined {
  const { crop } = card;
  if (crop === undefined) return undefined;
  const needed = pointsNeeded(card);
  const sources = plan.slice(0, plan.indexOf(key)).flatMap(before => {
    const session = open.get(before);
    if (session === undefined || session.card.task === 'embed') return [];
    const given = pointsGiven(session.card);
    const isSource = session.card.classes.includes(crop.className) && needed.every(name => given.includes(name));
    return isSource ? [session] : [];
  });
  return sources.length === 0 && crop.orWhole ? undefined : sources;
}

/** The picture in its own size; called once per picture, when a model first needs it. */
export type WholePicture = () => { readonly planes: Planes; readonly size: SizePx };

/**
 * Lets a model look at the boxes that the models before it found in a picture, the most confident first. When one of
 * those failed, or passes over the picture by its rate, the model passes over it too.
 */
export async function lookCloser(
  looking: Looking,
  session: ModelSession,
  sources: readonly ModelSession[],
  whole: WholePicture,
  cost: ModelCosts,
): Promise<void> {
  const { key, card } = session;
  const [className = '', most = 0] = [card.crop?.className, card.crop?.most];
  if (sources.length === 0) {
    failedOn(looking, key, `it looks at ${boxesFor(card)}, and no model before it in the plan finds them: add one`);
    return;
  }
  if (!sources.every(source => looking.objects.has(source.key))) {
    looking.answers.set(key, { kind: 'passed', model: key });
    return;
  }
  const boxes = sources
    .flatMap(source => looking.objects.get(source.key) ?? [])
    .filter(object => object.className === className)
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, most);
  try {
    const found = boxes.length === 0 ? [] : await objectsIn(boxes, session, whole, cost);
    const objects = card.task === 'embed' ? found : suppress(found, card.thresholds.overlap);
    looking.objects.set(key, objects);
    const of = sources.map(source => source.card.name);
    looking.answers.set(key, { kind: 'result', model: key, result: resultOf(card, objects, of) });
  } catch (error) {
    failedOn(looking, key, error);
  }
}

function boxesFor(card: ModelCard): string {
  const points = pointsNeeded(card);
  return `boxes of ${card.crop?.className}${points.length > 0 ? ` with the points ${points.join(', ')}` : ''}`;
}

async function objectsIn(
  boxes: readonly ModelObject[],
  session: ModelSession,
  whole: WholePicture,
  cost: ModelCosts,
): Promise<readonly ModelObject[]> {
  const { planes, size } = whole();
  const crops = boxes.flatMap(of => {
    const crop = cropOf(session.card, of, size);
    return crop === undefined ? [] : [{ crop, of }];
  });
  const found: ModelObject[] = [];
  for (let start = 0; start < crops.length; start += session.runSize) {
    const part = crops.slice(start, start + session.runSize);
    const beganMs = performance.now();
    session.begin(part.length);
    for (const { crop, of } of part) session.packCrop(planes, crop, of);
    cost.add(session.key, 'preprocessMs', performance.now() - beganMs);
    found.push(...(await runSession(session, part.length, cost)).flat());
  }
  return found;
}
