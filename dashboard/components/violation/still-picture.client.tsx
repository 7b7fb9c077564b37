'use client';

import { clsx } from 'clsx';
import { ImageOff, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import type { ViolationRow } from '#generated/documents.ts';
import { boxColour, violationColour, zoneColour } from '#lib/box-colours.ts';
import { type JointPoint, jointsOf } from '#lib/joints.ts';
import type { Outline } from '#lib/paint-frame.ts';
import { useStill } from './use-still.client.ts';

type Pictured = Pick<ViolationRow, 'violationId' | 'still' | 'boxes' | 'subjectBox' | 'widthPx' | 'heightPx'>;

/** The picture kept as proof with the boxes it was judged by; the one who broke the rule is red and drawn last. */
export function StillPicture({
  violation,
  zone,
  labels = false,
  alt,
  className,
}: {
  readonly violation: Pictured;
  readonly zone?: Outline | undefined;
  readonly labels?: boolean;
  readonly alt: string;
  readonly className?: string;
}) {
  const still = useStill(violation);
  const [failed, setFailed] = useState(false);
  const { widthPx, heightPx } = violation;
  const url = still?.url;
  return (
    <div
      className={clsx('relative overflow-hidden bg-[#0b1013]', className)}
      style={{ aspectRatio: `${widthPx || 16} / ${heightPx || 9}` }}
    >
      {url && !failed ? (
        // biome-ignore lint/performance/noImgElement: the gateway serves it as it is kept; the proof is not re-encoded
        <img
          src={url}
          alt={alt}
          loading="lazy"
          decoding="async"
          className="absolute inset-0 size-full"
          onError={() => setFailed(true)}
        />
      ) : (
        <NoStill message={still?.missing ?? (failed ? 'The picture cannot be loaded' : null)} small={!labels} />
      )}
      <svg viewBox={`0 0 ${widthPx} ${heightPx}`} className="absolute inset-0 size-full" aria-hidden="true">
        {zone && (
          <polygon
            points={zone.polygon.map(({ x, y }) => `${x * widthPx},${y * heightPx}`).join(' ')}
            fill={`${zoneColour}1c`}
            stroke={zoneColour}
            strokeWidth="1.5"
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {inDrawingOrder(violation).map(({ box, subject, index }) => {
          const colour = subject ? violationColour : boxColour(box.className);
          return (
            <g key={index} stroke={colour}>
              <rect
                x={box.x1Px}
                y={box.y1Px}
                width={Math.max(0, box.x2Px - box.x1Px)}
                height={Math.max(0, box.y2Px - box.y1Px)}
                rx={widthPx / 200}
                fill={subject ? `${violationColour}22` : 'none'}
                strokeWidth={labels ? (subject ? 3 : 2) : subject ? 2 : 1}
                vectorEffect="non-scaling-stroke"
              />
              <Joints points={box.points} radiusPx={widthPx / 250} colour={colour} />
            </g>
          );
        })}
      </svg>
      {labels && <BoxLabels violation={violation} />}
    </div>
  );
}

/** The points of an object, and the lines between its joints. */
function Joints({
  points,
  radiusPx,
  colour,
}: {
  readonly points: readonly JointPoint[];
  readonly radiusPx: number;
  readonly colour: string;
}) {
  return (
    <>
      {jointsOf(points).map(([from, to]) => (
        <line
          key={`${from.name} ${to.name}`}
          {...{ x1: from.xPx, y1: from.yPx, x2: to.xPx, y2: to.yPx }}
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {points.map(({ name, xPx, yPx }) => (
        <circle key={name} cx={xPx} cy={yPx} r={radiusPx} fill={colour} stroke="none" />
      ))}
    </>
  );
}

function BoxLabels({ violation }: { readonly violation: Pictured }) {
  return (
    <div aria-hidden="true">
      {inDrawingOrder(violation).map(({ box, subject, index }) => (
        <span
          key={index}
          className="numeric absolute rounded-[3px] px-1.5 text-[0.6875rem] leading-[1.125rem] font-semibold whitespace-nowrap text-[#0b1215]"
          style={{
            left: `${(box.x1Px / violation.widthPx) * 100}%`,
            top: `${(box.y1Px / violation.heightPx) * 100}%`,
            transform: box.y1Px / violation.heightPx > 0.06 ? 'translateY(-100%)' : undefined,
            background: subject ? violationColour : boxColour(box.className),
          }}
        >
          {box.className} {Math.round(box.confidence * 100)}
        </span>
      ))}
    </div>
  );
}

function NoStill({ message, small }: { readonly message: string | null; readonly small: boolean }) {
  const Icon = message === null ? LoaderCircle : ImageOff;
  return (
    <div
      title={message ?? 'The picture is being kept'}
      className="absolute inset-0 grid place-content-center justify-items-center gap-2 text-center text-xs text-white/60"
    >
      <Icon className={clsx('size-5', message === null && 'animate-spin')} aria-hidden="true" />
      <span className={small ? 'sr-only' : 'max-w-xs px-4'}>{message ?? 'The picture is being kept'}</span>
    </div>
  );
}

function inDrawingOrder({ boxes, subjectBox }: Pictured) {
  return boxes
    .map((box, index) => ({ box, index, subject: index === subjectBox }))
    .sort((a, b) => Number(a.subject) - Number(b.subject));
}
