'use client';

import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { zoneColour } from '#lib/box-colours.ts';
import { addCorner, type Corner, moveCorner, nudged, type Polygon, removeCorner } from '#lib/zone-polygon.ts';

/** Draws the polygon over the picture. A handle on each corner moves it; a smaller one on each edge adds a corner. */
export function ZoneHandles({
  polygon,
  onChange,
}: {
  readonly polygon: Polygon;
  /**
   * All changes of one drag or of one held key have the same `gesture`. Called with the same polygon when it already had
   * the most or the fewest corners.
   */
  readonly onChange: (polygon: Polygon, gesture: string) => void;
}) {
  const stage = useRef<HTMLDivElement>(null);
  const gestures = useRef(0);
  const change = (polygon: Polygon): void => onChange(polygon, `handle ${gestures.current}`);
  const begin = (): void => {
    gestures.current++;
  };
  const pointAt = (event: PointerEvent): Corner => {
    const box = stage.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  return (
    <div ref={stage} className="absolute inset-0 touch-none">
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" className="absolute inset-0 size-full" aria-hidden="true">
        <polygon
          points={polygon.map(({ x, y }) => `${x},${y}`).join(' ')}
          fill={`${zoneColour}33`}
          stroke={zoneColour}
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      {polygon.map((corner, index) => (
        <EdgeHandle
          // biome-ignore lint/suspicious/noArrayIndexKey: an edge is told by its place in the polygon
          key={`edge-${index}`}
          from={corner}
          to={polygon[(index + 1) % polygon.length] ?? corner}
          onAdd={() => {
            begin();
            change(addCorner(polygon, index));
          }}
        />
      ))}
      {polygon.map((corner, index) => (
        <CornerHandle
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner is told by its place in the polygon
          key={`corner-${index}`}
          corner={corner}
          name={`Corner ${index + 1} of ${polygon.length}`}
          number={index + 1}
          onBegin={begin}
          onMove={to => change(moveCorner(polygon, index, to))}
          onRemove={() => {
            begin();
            change(removeCorner(polygon, index));
          }}
          pointAt={pointAt}
        />
      ))}
    </div>
  );
}

interface CornerProps {
  readonly corner: Corner;
  readonly number: number;
  readonly name: string;
  readonly onBegin: () => void;
  readonly onMove: (to: Corner) => void;
  readonly onRemove: () => void;
  readonly pointAt: (event: PointerEvent) => Corner;
}

function CornerHandle({ corner, number, name, onBegin, onMove, onRemove, pointAt }: CornerProps) {
  const press = (event: KeyboardEvent): void => {
    const to = nudged(corner, event.key, event.shiftKey);
    if (!event.repeat) onBegin();
    if (to) onMove(to);
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else return;
    event.preventDefault();
  };
  return (
    <button
      type="button"
      aria-label={`${name}, ${percent(corner.x)} from the left, ${percent(corner.y)} from the top. Arrow keys move it, Delete removes it`}
      title="Drag to move, double-click to remove"
      onKeyDown={press}
      onDoubleClick={onRemove}
      onPointerDown={event => {
        onBegin();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={event => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(pointAt(event));
      }}
      style={place(corner)}
      className="absolute z-10 grid size-11 -translate-x-1/2 -translate-y-1/2 cursor-grab touch-none place-items-center rounded-full active:cursor-grabbing sm:size-8"
    >
      <span className="numeric grid size-5 place-items-center rounded-full border-2 border-[#5ee6d0] bg-[#0b1215] text-[0.6875rem] leading-none font-semibold text-white shadow-md">
        {number}
      </span>
    </button>
  );
}

function EdgeHandle({ from, to, onAdd }: { readonly from: Corner; readonly to: Corner; readonly onAdd: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Add a corner at ${percent((from.x + to.x) / 2)} from the left, ${percent((from.y + to.y) / 2)} from the top`}
      title="Add a corner here"
      onClick={onAdd}
      style={place({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 })}
      className="absolute grid size-8 -translate-x-1/2 -translate-y-1/2 place-items-center rounded-full opacity-70 hover:opacity-100 focus-visible:opacity-100"
    >
      <span className="grid size-3.5 place-items-center rounded-full bg-[#5ee6d0] text-[0.7rem] leading-none font-bold text-[#0b1215]">
        +
      </span>
    </button>
  );
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const place = ({ x, y }: Corner) => ({ left: `${x * 100}%`, top: `${y * 100}%` });
