import { CircleCheck, OctagonAlert, SignalHigh, SignalLow, SignalMedium } from 'lucide-react';
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
  LOW: { tone: 'neutral', icon: SignalLow },
  MEDIUM: { tone: 'warn', icon: SignalMedium },
  HIGH: { tone: 'danger', icon: SignalHigh },
} as const;

export function RiskBadge({ level }: { readonly level: RiskLevel }) {
  const { tone, icon } = risks[level];
  return (
    <Badge tone={tone} icon={icon}>
      {riskWords[level]}
    </Badge>
  );
}
