import { CircleCheck, OctagonAlert, SignalHigh, SignalLow, SignalMedium, SignalZero } from 'lucide-react';
import { Badge } from '#components/ui/badge.tsx';
import type { RiskLevel, ViolationState } from '#generated/documents.ts';
import { riskWords } from '#lib/words.ts';

export function StateBadge({ state }: { readonly state: ViolationState }) {
  return state === 'OPEN' ? (
    <Badge tone="danger" icon={OctagonAlert}>
      Open
    </Badge>
  ) : (
    <Badge icon={CircleCheck}>Closed</Badge>
  );
}

const risks = {
  LOW: { icon: SignalLow, colour: 'text-faint' },
  MEDIUM: { icon: SignalMedium, colour: 'text-warn' },
  HIGH: { icon: SignalHigh, colour: 'text-danger' },
  UNKNOWN: { icon: SignalZero, colour: 'text-faint' },
} as const;

/** Without a red surface, which is reserved for open violations. */
export function RiskBadge({ level }: { readonly level: RiskLevel }) {
  const { icon: Icon, colour } = risks[level];
  return (
    <span className="inline-flex h-6 items-center gap-1.5 rounded-full border border-line px-2.5 text-xs text-muted whitespace-nowrap">
      <Icon className={`size-3.5 shrink-0 ${colour}`} strokeWidth={2.75} aria-hidden="true" />
      {riskWords[level]}
    </span>
  );
}
