import { Button } from '#components/ui/button.tsx';

interface Range {
  readonly from: string;
  readonly to: undefined | string;
}

/** `today` as YYYY-MM-DD. */
export function ChipPresets({
  today,
  onChoose,
}: {
  readonly today: string;
  readonly onChoose: (range: Range) => void;
}) {
  const yesterday = daysBefore(today, 1);
  const presets: readonly (readonly [string, Range])[] = [
    ['Today', { from: today, to: today }],
    ['Yesterday', { from: yesterday, to: yesterday }],
    ['7 days', { from: daysBefore(today, 6), to: undefined }],
    ['30 days', { from: daysBefore(today, 29), to: undefined }],
  ];
  return (
    <div className="grid grid-cols-2 gap-1.5">
      {presets.map(([name, range]) => (
        <Button key={name} className="h-8 text-[0.8125rem]" onClick={() => onChoose(range)}>
          {name}
        </Button>
      ))}
    </div>
  );
}

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
