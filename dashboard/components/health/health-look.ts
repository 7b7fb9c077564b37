import { CircleCheckBig, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { HealthStatus } from '#generated/documents.ts';

interface Look {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly text: string;
  readonly soft: string;
}

export const healthLooks: Readonly<Record<HealthStatus, Look>> = {
  HEALTHY: { icon: CircleCheckBig, word: 'Healthy', text: 'text-ok', soft: 'bg-ok-soft' },
  DEGRADED: { icon: TriangleAlert, word: 'Degraded', text: 'text-warn', soft: 'bg-warn-soft' },
  UNHEALTHY: { icon: CircleX, word: 'Unhealthy', text: 'text-danger', soft: 'bg-danger-soft' },
};
