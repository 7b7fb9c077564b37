'use client';

import { LoaderCircle, Pause, Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { saveCamera } from './save-camera.client.ts';

/** Stops a camera, or starts it again. A refusal is said beside the button. */
export function PauseButton({
  camera: { cameraId, active, version },
}: {
  readonly camera: { readonly cameraId: string; readonly active: boolean; readonly version: number };
}) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const toggle = async (): Promise<void> => {
    setBusy(true);
    const saved = await saveCamera({ cameraId, active: !active, expectedVersion: version });
    setBusy(false);
    setProblem(saved.kind === 'refused' ? saved.message : undefined);
    router.refresh();
  };
  const Icon = busy ? LoaderCircle : active ? Pause : Play;
  return (
    <>
      <Button onClick={toggle} disabled={busy}>
        <Icon className={busy ? 'animate-spin' : undefined} aria-hidden="true" /> {active ? 'Pause' : 'Resume'}
      </Button>
      <span role="alert" className="text-xs font-medium text-danger empty:hidden">
        {problem}
      </span>
    </>
  );
}
