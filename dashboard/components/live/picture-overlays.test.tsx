// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { CameraTile } from '#generated/documents.ts';
import { tileState } from '#lib/tile-state.ts';
import { camera } from '../../testing/camera.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { PictureState } from './picture-overlays.tsx';
import { StateDot } from './state-dot.tsx';

type Status = NonNullable<CameraTile['status']>;

function Tile({ status, drawn = false }: { readonly status: Partial<Status>; readonly drawn?: boolean }) {
  const one = camera({ status: { state: 'CONNECTED', message: null, fps: 0, at: '2026-11-21T10:00:00Z', ...status } });
  const state = tileState(one, null, 0);
  return (
    <>
      <StateDot state={state} />
      <PictureState state={state} message={one.status?.message ?? null} drawn={drawn} />
    </>
  );
}

test('a tile says in words why it shows no picture, and what to do', () => {
  const page = pageOf(<Tile status={{ state: 'DOWN', message: 'rtsp://camera refuses the login' }} />);
  for (const [status, words] of [
    [
      { state: 'DOWN', message: 'rtsp://camera refuses the login' },
      'DownCamera is downrtsp://camera refuses the login',
    ],
    [{ state: 'DOWN' }, 'DownCamera is downIngest keeps trying to reach it.'],
    [{ state: 'ENDED' }, 'EndedRecording endedAll of it was read; its violations stay.'],
    [{ state: 'BROKEN' }, 'BrokenCannot be readReplace the file.'],
    [{ state: 'CONNECTED' }, 'Waiting for picturesWaiting for pictures'],
  ] as const) {
    page.show(<Tile status={status} />);
    expect(document.body.textContent).toBe(words);
  }
});

test('over a picture that was drawn the words are a strip, so that the picture stays to be seen', () => {
  pageOf(<Tile status={{ state: 'ENDED' }} drawn />);
  expect(screen.getByText('Recording ended. All of it was read; its violations stay.')).toBeTruthy();
});

test('what is wrong with a camera whose pictures come is said over them, and nothing when all is well', () => {
  const message = 'the camera has sent one and the same picture for 2 minutes: it may be frozen; restart it';
  const page = pageOf(<PictureState state="live" message={message} drawn />);
  expect(screen.getByText(`Check the camera: ${message}`)).toBeTruthy();
  page.show(<PictureState state="live" message={null} drawn />);
  expect(document.body.textContent).toBe('');
});
