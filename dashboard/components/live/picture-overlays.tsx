import { CloudOff, FileX2, Flag, LoaderCircle, OctagonAlert, PauseCircle, TriangleAlert } from 'lucide-react';
import type { TileState } from '#lib/tile-state.ts';

const looks = {
  live: { icon: TriangleAlert, title: 'Check the camera', spin: false },
  waiting: { icon: LoaderCircle, title: 'Waiting for pictures', spin: true },
  connecting: { icon: LoaderCircle, title: 'Connecting', spin: true },
  down: { icon: CloudOff, title: 'Camera is down', spin: false },
  ended: { icon: Flag, title: 'Recording ended', spin: false },
  broken: { icon: FileX2, title: 'Cannot be read', spin: false },
  stopped: { icon: PauseCircle, title: 'Stopped', spin: false },
} as const;

const fallbacks: Partial<Record<TileState, string>> = {
  down: 'Ingest keeps trying to reach it.',
  ended: 'All of it was read; its violations stay.',
  broken: 'Replace the file.',
};

/** The last still of a camera that shows no live picture. It is dimmed, so that nobody takes it for live. */
export function LastStill({
  url,
  dimmed = true,
}: {
  readonly url: string | null | undefined;
  readonly dimmed?: boolean;
}) {
  if (!url) return null;
  return (
    // biome-ignore lint/performance/noImgElement: the gateway serves it as it is kept
    <img
      src={url}
      alt=""
      className={dimmed ? 'absolute inset-0 size-full opacity-30 grayscale' : 'absolute inset-0 size-full'}
    />
  );
}

/**
 * Says why the picture is not live, or what is wrong with a camera whose picture is, and what to do. Over a picture that
 * was drawn it is only a strip.
 */
export function PictureState({
  state,
  message,
  drawn,
}: {
  readonly state: TileState;
  readonly message: string | null;
  readonly drawn: boolean;
}) {
  if (state === 'live' && message === null) return null;
  const { icon: Icon, title, spin } = looks[state];
  const text = message ?? fallbacks[state];
  if (drawn) {
    return (
      <p className="absolute inset-x-0 top-0 flex items-center gap-2 bg-black/65 px-3 py-2 text-xs text-white/90 backdrop-blur-sm">
        <Icon className={spin ? 'size-3.5 shrink-0 animate-spin' : 'size-3.5 shrink-0'} aria-hidden="true" />
        <span className="line-clamp-2" title={text}>
          {text ? `${title}${state === 'live' ? ':' : '.'} ${text}` : title}
        </span>
      </p>
    );
  }
  return (
    <div className="absolute inset-0 grid place-content-center justify-items-center gap-2 px-6 text-center text-white/85">
      <Icon className={spin ? 'size-6 animate-spin opacity-70' : 'size-6 opacity-70'} aria-hidden="true" />
      <p className="text-sm font-medium">{title}</p>
      {text && <p className="max-w-xs text-xs text-pretty text-white/65">{text}</p>}
    </div>
  );
}

export function ViolationFlag({ open }: { readonly open: number }) {
  return (
    <p className="absolute top-2.5 right-2.5 inline-flex animate-arrive items-center gap-1.5 rounded-full bg-danger-solid px-2.5 py-1 text-xs font-semibold text-white shadow-lg">
      <OctagonAlert className="size-3.5" aria-hidden="true" />
      {open === 1 ? 'Violation' : `${open} violations`}
    </p>
  );
}

/** How the pictures of a camera that is looked at alone come. */
export interface Transport {
  readonly kind: 'video' | 'pictures';
  /** Pictures that were lost on the way, or for which the browser had no time. */
  readonly dropped: number;
  /** Why there is no video; null: there is, or it may come. */
  readonly reason: string | null;
}

/** Pictures drawn per second, and the median time from capture to drawn. `p95Ms`: the 95th percentile, where it is shown. */
export function PictureStatistics({
  fps,
  latencyMs,
  p95Ms = null,
  transport,
}: {
  readonly fps: number;
  readonly latencyMs: number | null;
  readonly p95Ms?: number | null;
  readonly transport?: Transport;
}) {
  if (latencyMs === null) return null;
  return (
    <p
      className="numeric absolute bottom-2 left-2 max-w-[calc(100%-1rem)] rounded-md bg-black/55 px-1.5 py-0.5 font-mono text-[0.6875rem] text-white/85 backdrop-blur-sm"
      title="Pictures drawn per second, and the median time from capture to drawn over the last five seconds"
    >
      {transport && <span data-testid="live-transport">{transport.kind === 'video' ? 'Video · ' : 'Pictures · '}</span>}
      <span data-testid="live-fps">{fps.toFixed(1)}</span> fps ·{' '}
      <span data-testid="live-latency">{latency(latencyMs)}</span>
      {p95Ms !== null && (
        <>
          {' '}
          · p95 <span data-testid="live-latency-p95">{latency(p95Ms)}</span>
        </>
      )}
      {transport?.kind === 'video' && (
        <>
          {' '}
          · <span data-testid="live-dropped">{transport.dropped}</span> dropped
        </>
      )}
      {transport?.kind === 'pictures' && transport.reason !== null && (
        <span data-testid="no-video"> · no video: {transport.reason}</span>
      )}
    </p>
  );
}

const latency = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`);
