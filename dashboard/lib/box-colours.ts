/** Colours drawn on pictures: bright on any kitchen, the same in both themes. Never alone: each box carries its name. */
export const violationColour = '#ff5a52';
export const zoneColour = '#5ee6d0';
/** Boxes that no rule has looked at. */
export const notJudgedColour = '#c9d1d5';

const known: Readonly<Record<string, string>> = { hand: '#8fd3ff', pizza: '#ffcf6b', scooper: '#8ef0a8' };
const others = ['#d7b4ff', '#ffb3d1', '#c9e27a', '#9fb8ff', '#ffc39a'] as const;

export function boxColour(className: string): string {
  const fixed = known[className];
  if (fixed) return fixed;
  let hash = 0;
  for (const letter of className) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return others[hash % others.length] ?? others[0];
}
