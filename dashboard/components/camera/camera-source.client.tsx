'use client';

import { CircleAlert, Link2, Search, Video } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { WEBCAM_URL } from '#lib/webcam-problem.ts';
import { OnvifFinder } from './onvif-finder.client.tsx';
import { OtherStreams } from './other-streams.client.tsx';
import type { Problems } from './problems.ts';
import { WebcamPreview } from './webcam-preview.client.tsx';

/** A camera as it is; null: a new one. */
type Known = {
  readonly cameraId: string;
  readonly url: string;
  readonly onvifUrl: string | null;
  readonly hasLogin: boolean;
} | null;

interface Sources extends Problems {
  readonly camera: Known;
  /** Longer side of the picture that the chosen models take; undefined: not known. */
  readonly inputPx: number | undefined;
}

/** Where the pictures come from: an address, or, for a new camera, a camera found in the network or this device's webcam. */
export function CameraSource({ camera, inputPx, problem }: Sources) {
  const [from, setFrom] = useState<'address' | 'webcam' | 'network'>('address');
  const [refused, setRefused] = useState<string>();
  const refuse = useCallback((text: string) => {
    setFrom('address');
    setRefused(text);
  }, []);
  if (camera?.url === WEBCAM_URL)
    return (
      <p className="text-sm text-muted">
        The pictures come from a webcam: open the camera’s page on the device that has it.
      </p>
    );
  if (from === 'network') return <OnvifFinder inputPx={inputPx} problem={problem} onLeave={() => setFrom('address')} />;
  if (from === 'webcam')
    return (
      <div className="flex flex-col items-start gap-3">
        <WebcamPreview onProblem={refuse} />
        <p className="text-sm text-muted">
          The webcam sends its pictures as long as the camera’s page is open on this device.
        </p>
        <input type="hidden" name="address" value={WEBCAM_URL} />
        <Button onClick={() => setFrom('address')}>
          <Link2 aria-hidden="true" /> Use an address instead
        </Button>
      </div>
    );
  const use = (source: 'webcam' | 'network'): void => {
    setRefused(undefined);
    setFrom(source);
  };
  return (
    <>
      {camera === null && (
        <div className="flex flex-col items-start gap-2">
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => use('network')}>
              <Search aria-hidden="true" /> Find cameras in this network
            </Button>
            <Button onClick={() => use('webcam')}>
              <Video aria-hidden="true" /> Use this device’s webcam
            </Button>
          </div>
          <div role="alert">
            {refused && (
              <p className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
                <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
                {refused}
              </p>
            )}
          </div>
        </div>
      )}
      <Address camera={camera} inputPx={inputPx} problem={problem} />
    </>
  );
}

/** Address and login of a stream. */
function Address({ camera, inputPx, problem }: Sources) {
  const [address, setAddress] = useState(camera?.url ?? '');
  const [withLogin, setWithLogin] = useState(false);
  return (
    <>
      <Field
        name="Address"
        problem={problem('address')}
        hint={
          <>
            As the camera's manual has it: <code>rtsp://192.168.1.20:554/stream1</code>, or <code>http://</code> for
            Motion JPEG. A login in it is taken out and kept encrypted.
          </>
        }
      >
        {control => (
          <input
            {...control}
            name="address"
            value={address}
            onChange={event => setAddress(event.target.value)}
            required
            inputMode="url"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            placeholder="rtsp://user:password@192.168.1.20:554/stream1"
          />
        )}
      </Field>
      {camera?.onvifUrl && (
        <OtherStreams cameraId={camera.cameraId} inputPx={inputPx} address={address} onChoose={setAddress} />
      )}
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          name="withLogin"
          checked={withLogin}
          onChange={event => setWithLogin(event.target.checked)}
          className="size-6 sm:size-4 accent-(--accent)"
        />
        {camera?.hasLogin
          ? 'Another user and password (they are kept; nobody can read them back)'
          : 'User and password apart from the address'}
      </label>
      {withLogin && (
        <div className="grid gap-5 sm:grid-cols-2">
          <Field name="User" hint={camera?.hasLogin ? 'Left empty: the camera needs no login.' : undefined}>
            {control => <input {...control} name="user" autoComplete="off" autoCapitalize="none" spellCheck={false} />}
          </Field>
          <Field name="Password">
            {control => <input {...control} name="password" type="password" autoComplete="new-password" />}
          </Field>
        </div>
      )}
    </>
  );
}
