/** Values by newer processes that this one cannot read. They are kept, and their versions count. */
export interface NotUnderstood {
  /** Number of entities of unknown kinds, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Number of entities of known kinds whose value does not decode here, by kind. */
  readonly values: Readonly<Record<string, number>>;
  /** Unknown parts of values, e.g. `rule r1: riskLevel`. */
  readonly parts: readonly string[];
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} of kind ${kind}`)
    .join(', ');

/** The same as a sentence for a person, with what to do; undefined when everything is readable. */
export function sayNotUnderstood({ kinds, values, parts }: NotUnderstood): string | undefined {
  const said = [
    ...(Object.keys(kinds).length > 0 ? [`entities of unknown kinds: ${counted(kinds)}`] : []),
    ...(Object.keys(values).length > 0 ? [`values that do not decode: ${counted(values)}`] : []),
    ...(parts.length > 0
      ? [`unknown parts: ${parts.slice(0, 5).join(', ')}${parts.length > 5 ? ' and more' : ''}`]
      : []),
  ];
  if (said.length === 0) return undefined;
  return `this process cannot read parts of the configuration from a newer version, and keeps them unchanged (${said.join('; ')}): update it`;
}
