'use client';

import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, ExternalLink, X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { buttonClass, IconButton } from '#components/ui/button.tsx';
import type { ViolationWhole } from '#generated/documents.ts';
import { exactTime } from '#lib/store-time.ts';
import { type FrameRole, type NamedFrame, pictureOf } from '#lib/violation-frames.ts';
import { StillPicture } from './still-picture.client.tsx';
import { useEvidence } from './use-evidence.client.ts';

/** One frame's picture over the whole window, with its time. The arrow keys go from frame to frame. */
export function FrameDialog({
  violation,
  frames,
  shown,
  timeZone,
  onShow,
  onClose,
}: {
  readonly violation: ViolationWhole;
  readonly frames: readonly NamedFrame[];
  /** Undefined: the dialog is closed. */
  readonly shown: FrameRole | undefined;
  readonly timeZone: string;
  readonly onShow: (role: FrameRole) => void;
  readonly onClose: () => void;
}) {
  const at = frames.findIndex(({ role }) => role === shown);
  const step = (by: 1 | -1): void => {
    const to = frames[at + by];
    if (to) onShow(to.role);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') step(-1);
    if (event.key === 'ArrowRight') step(1);
  };
  const frame = frames[at];
  return (
    <Dialog.Root open={frame !== undefined} onOpenChange={next => next || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/70 backdrop-blur-[2px]" />
        <Dialog.Popup
          data-testid="frame-dialog"
          onKeyDown={press}
          className="fixed inset-0 z-50 flex flex-col bg-surface outline-none sm:inset-4 sm:rounded-2xl sm:border sm:border-line sm:shadow-(--shadow-pop)"
        >
          {frame && (
            <>
              <header className="flex items-start gap-3 px-4 pt-3 pb-2">
                <div className="min-w-0 flex-1">
                  <Dialog.Title className="text-base font-semibold">{frame.name}</Dialog.Title>
                  <Dialog.Description className="numeric text-[0.8125rem] text-muted">
                    {exactTime(frame.frame.capturedAt, timeZone)} · +{(frame.fromStartMs / 1000).toFixed(1)} s · frame{' '}
                    {frame.frame.sequence}
                    {frame.frame.mediaTimeMs !== null &&
                      ` · ${(frame.frame.mediaTimeMs / 1000).toFixed(2)} s into the recording`}
                  </Dialog.Description>
                </div>
                <IconButton label="Frame before" disabled={at === 0} onClick={() => step(-1)}>
                  <ChevronLeft />
                </IconButton>
                <IconButton label="Frame after" disabled={at === frames.length - 1} onClick={() => step(1)}>
                  <ChevronRight />
                </IconButton>
                <Dialog.Close
                  render={
                    <IconButton label="Close">
                      <X />
                    </IconButton>
                  }
                />
              </header>
              <Picture key={frame.role} violation={violation} frame={frame} />
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Picture({ violation, frame }: { readonly violation: ViolationWhole; readonly frame: NamedFrame }) {
  const loaded = pictureOf(violation, violation.evidence, frame);
  const { files, complete } = useEvidence(violation, loaded === null);
  const found = pictureOf(violation, files, frame);
  const picture = found ?? (complete ? { url: null, missing: 'The picture was not kept.' } : null);
  const aspect = (violation.widthPx || 16) / (violation.heightPx || 9);
  const peak = frame.role === 'STILL';
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-3 overflow-y-auto px-4 pb-4">
      <div style={{ width: `min(100%, calc((100dvh - 11rem) * ${aspect}))` }}>
        <StillPicture
          violation={{ ...violation, still: picture, boxes: peak ? violation.boxes : [] }}
          labels
          alt={`${frame.name} of the violation`}
        />
      </div>
      {picture?.url && (
        <a href={picture.url} target="_blank" rel="noreferrer" className={buttonClass()}>
          <ExternalLink aria-hidden="true" /> Open the file
        </a>
      )}
    </div>
  );
}
