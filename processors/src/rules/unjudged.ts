import type { JudgedRule, Rules } from './judged-rules.ts';
import type { Observation } from './observation.ts';
import { Silenced } from './silenced.ts';

/** Everything on this process's cameras that it cannot judge, for its health: the latest sentences of each camera. */
export class Unjudged {
  readonly #byCamera = new Map<string, readonly string[]>();
  readonly silenced = new Silenced();

  /** Replaces a camera's sentences by those of its last record; none: everything was judged. */
  say(cameraId: string, sentences: readonly string[]): void {
    if (sentences.length > 0) this.#byCamera.set(cameraId, sentences);
    else this.#byCamera.delete(cameraId);
  }

  /** Each sentence once. */
  get sentences(): readonly string[] {
    return [...new Set([...this.silenced.sentences, ...[...this.#byCamera.values()].flat()])];
  }
}

/** One sentence, with what to do, for everything on a camera that this version cannot judge after a record. */
export function unjudgedAt(cameraId: string, observation: Observation, rules: Rules): readonly string[] {
  const ofCamera = `of camera ${cameraId}`;
  return [
    ...rules.unjudged.map(
      ({ rule, unknown }) =>
        `rule ${rule.ruleId} ${ofCamera} has ${unknown} that only a newer version knows: ${UPDATE}`,
    ),
    ...observation.unknown.map(
      ({ model, of }) => `the model ${model} gives results of the kind ${of} for camera ${cameraId}: ${UPDATE}`,
    ),
    ...rules.judged.flatMap(judged => {
      const missing = notLookedFor(judged, observation);
      if (missing.length === 0) return [];
      const { rule, kind } = judged;
      return [
        `rule ${rule.ruleId} ${ofCamera} finds no ${kind.words(rule.parameters)}: no model looks for ${missing.join(', ')}`,
      ];
    }),
  ];
}

const UPDATE = 'it is not judged here, update this process';

/** The rule's classes that none of the camera's models looks for; none before the first look of a model. */
function notLookedFor({ rule, classes }: JudgedRule, { models }: Observation): readonly string[] {
  if (models.length === 0) return [];
  const used = models.filter(({ model }) => rule.models.length === 0 || rule.models.includes(model));
  return classes.filter(name => !used.some(one => one.classes.includes(name)));
}
