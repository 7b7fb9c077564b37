/** What newer processes wrote and this one does not understand. It is kept, and its versions count. */
export interface NotUnderstood {
  /** Entities of kinds that are not known here, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Entities of known kinds whose value does not decode here, by kind. */
  readonly values: Readonly<Record<string, number>>;
  /** Parts of values that are not known here, e.g. `rule r1: riskLevel`. */
  readonly parts: readonly string[];
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} of kind ${kind}`)
    .join(', ');

/** It as a sentence for a person, with what to do; undefined: all is understood. */
export function sayNotUnderstood({ kinds, values, parts }: NotUnderstood): string | undefined {
  const said = [
    ...(Object.keys(kinds).length > 0 ? [`entities of unknown kinds: ${counted(kinds)}`] : []),
    ...(Object.keys(values).length > 0 ? [`values that do not decode: ${counted(values)}`] : []),
    ...(parts.length > 0
      ? [`unknown parts: ${parts.slice(0, 5).join(', ')}${parts.length > 5 ? ' and more' : ''}`]
      : []),
  ];
  if (said.length === 0) return undefined;
  return `the configuration holds what this version does not know and leaves alone (${said.join('; ')}): update this process`;
}
