import { avroSerde, type CameraRun, type ControlRecord, type Detection, utf8 } from '@sightline/schemas';
import { ControlFold, sayNotUnderstood } from '@sightline/schemas/control';
import {
  type GlobalProcessor,
  type KeyValueStore,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type RecordMetadata,
  type StreamRecord,
} from '../runtime/index.ts';
import { type Judgement, judge } from './judge.ts';
import { Unjudged } from './unjudged.ts';

/** State of each camera, by its id. */
export const cameraRuns = keyValueStore('camera-runs', utf8, avroSerde<CameraRun>('CameraRun'));

/** The control log, the same for every task of the process. */
export class ControlProcessor implements GlobalProcessor<string, ControlRecord> {
  readonly fold = new ControlFold();

  process({ value, timestampMs }: StreamRecord<string, ControlRecord | null>, { offset }: RecordMetadata): void {
    if (value !== null) this.fold.apply(value, { offset: Number(offset), timestampMs });
  }

  trouble(): string | undefined {
    return sayNotUnderstood(this.fold.notUnderstood());
  }
}

/** Judges each camera's records in log order. Forwards the result of each record that changed anything. */
export class ViolationProcessor implements Processor<string, Detection, string, Judgement> {
  #context: ProcessorContext<string, Judgement> | undefined;
  #runs: KeyValueStore<string, CameraRun> | undefined;
  #control: ControlProcessor | undefined;
  readonly #unjudged: Unjudged;
  readonly #cameras = new Set<string>();

  /** While this processor has a camera, it reports what it cannot judge to `unjudged`. */
  constructor(unjudged = new Unjudged()) {
    this.#unjudged = unjudged;
  }

  init(context: ProcessorContext<string, Judgement>): void {
    this.#context = context;
    this.#runs = context.stateStore(cameraRuns);
    this.#control = context.globalState<ControlProcessor>('control');
  }

  process({ key, value, timestampMs }: StreamRecord<string, Detection>): void {
    const [context, runs, control] = [this.#context, this.#runs, this.#control];
    const place = context?.recordMetadata();
    if (!context || !runs || !control || !place) throw new Error('process() comes after init(), with a source record');
    const { topic, partition, offset, writtenAtMs } = place;
    const at = { place: { topic, partition, offset: Number(offset) }, writtenAtMs };
    const run = runs.get(key);
    const judgement = judge(run, value, at, control.fold);
    this.#cameras.add(key);
    if (judgement.accounting === 'duplicate' && run !== undefined) this.#unjudged.silenced.duplicate(run, writtenAtMs);
    else {
      this.#unjudged.silenced.taken(key, writtenAtMs);
      this.#unjudged.say(key, judgement.unjudged);
    }
    if (judgement.accounting !== 'processed') context.account(judgement.accounting);
    if (judgement.run === undefined || judgement.run === run) return;
    runs.put(key, judgement.run);
    context.forward({ key, value: judgement, timestampMs });
  }

  close(): void {
    for (const cameraId of this.#cameras) {
      this.#unjudged.say(cameraId, []);
      this.#unjudged.silenced.forget(cameraId);
    }
  }
}
