'use client';

import { CircleAlert, Layers, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { type OnvifCamera, readOnvifCamera } from './onvif.client.ts';
import { OnvifStreams } from './onvif-streams.tsx';

/** Asks a camera that was added by ONVIF for its streams, so that another one can be chosen. */
export function OtherStreams({
  cameraId,
  inputPx,
  address,
  onChoose,
}: {
  readonly cameraId: string;
  readonly inputPx: number | undefined;
  /** The present address of its stream. */
  readonly address: string;
  readonly onChoose: (url: string) => void;
}) {
  const [read, setRead] = useState<OnvifCamera>();
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    setBusy(true);
    setRefused(undefined);
    const answer = await readOnvifCamera({ cameraId });
    setBusy(false);
    if (answer.kind === 'refused') setRefused(answer.message);
    else setRead(answer);
  };
  if (read) return <OnvifStreams camera={read} inputPx={inputPx} chosen={address} onChoose={onChoose} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <Button onClick={ask} disabled={busy}>
        {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <Layers aria-hidden="true" />}
        Choose another of its streams
      </Button>
      <div role="alert" className="empty:hidden">
        {refused && (
          <p className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            {refused}
          </p>
        )}
      </div>
    </div>
  );
}
