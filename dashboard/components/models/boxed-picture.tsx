import { boxColour } from '#lib/box-colours.ts';

export interface PictureBox {
  readonly className: string;
  readonly confidence: number;
  readonly x1Px: number;
  readonly y1Px: number;
  readonly x2Px: number;
  readonly y2Px: number;
}

export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Data URL. */
  readonly jpeg: string;
  readonly boxes: readonly PictureBox[];
}

/** A still picture with a model's boxes, each with its class and confidence. */
export function BoxedPicture({ jpeg, widthPx, heightPx, boxes }: Picture) {
  const unit = widthPx / 400;
  const words = boxes.map(({ className, confidence }) => `${className} ${Math.round(confidence * 100)}`).join(', ');
  return (
    <svg
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      role="img"
      aria-label={words === '' ? 'A picture without boxes' : `A picture with ${words}`}
      className="block w-full rounded-lg bg-raised"
    >
      <image href={jpeg} width={widthPx} height={heightPx} />
      {boxes.map(({ className, confidence, x1Px, y1Px, x2Px, y2Px }) => (
        <g key={`${className} ${x1Px} ${y1Px} ${x2Px} ${y2Px}`} fill="none" stroke={boxColour(className)}>
          <rect x={x1Px} y={y1Px} width={x2Px - x1Px} height={y2Px - y1Px} strokeWidth={1.5 * unit} />
          <text
            x={x1Px + 2 * unit}
            y={Math.max(11 * unit, y1Px - 3 * unit)}
            fontSize={11 * unit}
            stroke="#000"
            strokeWidth={2.5 * unit}
            paintOrder="stroke"
            fill={boxColour(className)}
          >
            {className} {Math.round(confidence * 100)}
          </text>
        </g>
      ))}
    </svg>
  );
}
