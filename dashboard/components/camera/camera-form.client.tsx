'use client';

import { CircleAlert, LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import type {
  AddCameraPageResult,
  CameraSettingsPageResult,
  PlanStepInput,
  SetCameraInput,
} from '#generated/documents.ts';
import { setOwnWebcam } from '#lib/own-webcams.client.ts';
import { inputPxOf } from '#lib/proposed-stream.ts';
import { WEBCAM_URL } from '#lib/webcam-problem.ts';
import { CameraSource } from './camera-source.client.tsx';
import { ModelPicker } from './model-picker.tsx';
import type { Problems } from './problems.ts';
import { type SavedCamera, saveCamera } from './save-camera.client.ts';

export type CameraSettings = NonNullable<CameraSettingsPageResult['camera']>;

/** The model for a new camera: people, vehicles and things. */
const FIRST_CHOICE = 'coco-nanodet';
const NEW_STORE = '';

type Refusal = Extract<SavedCamera, { readonly kind: 'refused' }>;

/** Adds a camera, or changes the settings of one. */
export function CameraForm({
  camera,
  stores,
  models,
}: AddCameraPageResult & { readonly camera: CameraSettings | null }) {
  const router = useRouter();
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const [storeId, setStoreId] = useState(camera?.storeId ?? stores.find(({ demo }) => !demo)?.storeId ?? NEW_STORE);
  const [chosen, setChosen] = useState(() => chosenOf(camera, models));
  const [inherits, setInherits] = useState(camera !== null && camera.planOrigin !== 'CAMERA');
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const input = inputOf(new FormData(event.currentTarget), camera, storeId, inherits ? null : chosen);
    const saved = await saveCamera(input);
    setBusy(false);
    if (saved.kind === 'refused') setRefusal(saved);
    else {
      if (input.address === WEBCAM_URL) setOwnWebcam(saved.cameraId, true);
      router.push(`/cameras/${encodeURIComponent(saved.cameraId)}`);
      router.refresh();
    }
  };
  const problem = (field: string): string | undefined => (refusal?.field === field ? refusal.message : undefined);
  const shown = ['address', 'onvifUrl', 'name', 'maxFps', 'storeId', 'newStore.name', 'newStore.timeZone'];
  const isLive = camera === null || camera.source === 'LIVE';
  return (
    <form data-testid="camera-form" onSubmit={submit} className="flex flex-col gap-5">
      {isLive && (
        <CameraSource
          camera={camera}
          inputPx={inputPxOf(
            models,
            chosen.map(({ model }) => model),
          )}
          problem={problem}
        />
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          name="Name"
          problem={problem('name')}
          hint={camera ? undefined : 'Left empty: that of a found camera, the host of the address, or Webcam.'}
        >
          {control => (
            <input {...control} name="name" defaultValue={camera?.name} required={camera !== null} maxLength={200} />
          )}
        </Field>
        <Field
          name="Pictures a second, at most"
          problem={problem('maxFps')}
          hint="5 is enough for rules; more costs more."
        >
          {control => (
            <input
              {...control}
              name="maxFps"
              type="number"
              min={0.2}
              max={60}
              step="any"
              defaultValue={camera?.maxFps ?? 5}
              required
            />
          )}
        </Field>
        <Field name="Store" problem={problem('storeId')}>
          {control => (
            <select {...control} value={storeId} onChange={event => setStoreId(event.target.value)}>
              {stores.map(store => (
                <option key={store.storeId} value={store.storeId}>
                  {store.name}
                  {store.demo && ' (demo)'}
                </option>
              ))}
              <option value={NEW_STORE}>New store …</option>
            </select>
          )}
        </Field>
      </div>
      {storeId === NEW_STORE && <NewStore problem={problem} />}
      <ModelPicker
        models={models}
        chosen={chosen}
        onChange={next => {
          setChosen(next);
          setInherits(false);
        }}
        pictureRate={camera?.maxFps ?? 5}
        rateNeeds={camera?.rateNeeds ?? []}
        inherited="The same as its store"
        inherits={inherits}
        onInherits={setInherits}
      />
      <div role="alert">
        {refusal && !shown.includes(refusal.field ?? '') && (
          <p className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            {refusal.message}
          </p>
        )}
      </div>
      <Buttons busy={busy} cameraId={camera?.cameraId}>
        {camera ? 'Save' : 'Add camera'}
      </Buttons>
    </form>
  );
}

function NewStore({ problem }: Problems) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field name="Name of the new store" problem={problem('newStore.name')}>
        {control => <input {...control} name="storeName" required maxLength={200} />}
      </Field>
      <Field
        name="Its time zone"
        problem={problem('newStore.timeZone')}
        hint="As Europe/Berlin. Days and hours are counted in it."
      >
        {control => (
          <input
            {...control}
            name="timeZone"
            required
            list="time-zones"
            defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
          />
        )}
      </Field>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

function Buttons({
  busy,
  cameraId,
  children,
}: {
  readonly busy: boolean;
  /** Undefined: a new camera. */
  readonly cameraId: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap justify-end gap-2 border-t border-line pt-4">
      <Link href={cameraId === undefined ? '/' : `/cameras/${encodeURIComponent(cameraId)}`} className={buttonClass()}>
        Cancel
      </Link>
      <Button type="submit" kind="primary" disabled={busy}>
        {busy && <LoaderCircle className="animate-spin" aria-hidden="true" />}
        {children}
      </Button>
    </div>
  );
}

function chosenOf(camera: CameraSettings | null, models: AddCameraPageResult['models']): readonly PlanStepInput[] {
  if (camera) return stepsOf(camera);
  return models.some(({ name }) => name === FIRST_CHOICE)
    ? [{ model: FIRST_CHOICE, maxFps: null, byRules: false, tiles: null }]
    : [];
}

const stepsOf = ({ plan }: CameraSettings): readonly PlanStepInput[] =>
  plan.map(({ model, maxFps, byRules, tiles }) => ({ model, maxFps, byRules, tiles }));

/** The input for the gateway. A plan that stayed as it is, is not sent. `chosen`: null is the plan of the store. */
function inputOf(
  form: FormData,
  camera: CameraSettings | null,
  storeId: string,
  chosen: readonly PlanStepInput[] | null,
): SetCameraInput {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const address = text('address');
  const name = text('name') || text('foundName');
  const own = camera?.planOrigin === 'CAMERA' ? stepsOf(camera) : null;
  const isNewPlan = camera === null || JSON.stringify(own) !== JSON.stringify(chosen);
  return {
    ...(camera && { cameraId: camera.cameraId, expectedVersion: camera.version }),
    ...(address !== '' && address !== camera?.url && { address }),
    ...(form.has('withLogin') && {
      login: text('user') === '' ? null : { user: text('user'), password: String(form.get('password')) },
    }),
    ...(form.has('onvifUrl') && { onvifUrl: text('onvifUrl') }),
    ...(name !== '' && { name }),
    maxFps: Number(text('maxFps')),
    ...(storeId === NEW_STORE ? { newStore: { name: text('storeName'), timeZone: text('timeZone') } } : { storeId }),
    ...(isNewPlan && { plan: chosen }),
  };
}
