import { PauseCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { RiskBadge } from '#components/violation/badges.tsx';
import type { RuleValues } from '#generated/documents.ts';
import { duration } from '#lib/store-time.ts';
import { anchorWords, violationTitle } from '#lib/words.ts';

export function RuleCard({
  rule,
  zoneName,
  actions,
}: {
  readonly rule: RuleValues;
  readonly zoneName: string | null;
  readonly actions?: ReactNode;
}) {
  return (
    <article className="card p-4 sm:p-5">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{rule.name}</h2>
        {!rule.active && <Badge icon={PauseCircle}>Not judging</Badge>}
        <RiskBadge level={rule.riskLevel} />
      </header>
      {violationTitle(rule.violationType) !== rule.name && (
        <p className="mt-1 text-[0.8125rem] text-muted">{violationTitle(rule.violationType)}</p>
      )}
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3 text-[0.8125rem]">
        <ParameterFacts parameters={rule.parameters} />
        <Fact name="Zone">{zoneName ?? 'The whole picture'}</Fact>
        <Fact name="Opens after">{duration(rule.minDurationMs)}</Fact>
        <Fact name="Gap tolerance">{duration(rule.gapMs)}</Fact>
        <Fact name="Confidence from">{percent(rule.minConfidence)}</Fact>
        {rule.models.length > 0 && <Fact name="Models">{rule.models.join(', ')}</Fact>}
        {rule.cooldownMs > 0 && <Fact name="Cooldown">{duration(rule.cooldownMs)}</Fact>}
      </dl>
      {actions && <div className="mt-3 -mb-2 flex justify-end">{actions}</div>}
    </article>
  );
}

/** The parameters of the kind of rule. A kind that only a newer version knows is named. */
function ParameterFacts({ parameters }: { readonly parameters: RuleValues['parameters'] }) {
  switch (parameters.__typename) {
    case 'AbsenceParameters':
      return (
        <>
          <Fact name="Judges">{parameters.subjectClass}</Fact>
          {parameters.conditions.map(({ className, negated }) => (
            <Fact key={`${negated}${className}`} name={negated ? 'Must be there' : 'When it touches'}>
              {className}
            </Fact>
          ))}
          <Fact name="Overlap from">{percent(parameters.minOverlap)}</Fact>
        </>
      );
    case 'RestrictedZoneParameters':
      return (
        <>
          <Fact name="Must stay out">{parameters.subjectClass}</Fact>
          <Fact name="In the zone by">{anchorWords[parameters.anchor]}</Fact>
          {parameters.anchor === 'OVERLAP' && <Fact name="Overlap from">{percent(parameters.minOverlap)}</Fact>}
          <Fact name="Leaves beyond">{percent(parameters.leaveMargin)}</Fact>
        </>
      );
    default:
      return <Fact name="Kind">{`${parameters.of} (of a newer version: not judged)`}</Fact>;
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="numeric truncate font-medium">{children}</dd>
    </div>
  );
}
