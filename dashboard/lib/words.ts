import type { Anchor, CloseReason, RiskLevel, Role, ViolationRow } from '#generated/documents.ts';

/** The name of a violation's camera, also of a removed one; the id of a camera that was never known here. */
export function cameraName({ camera, cameraId }: Pick<ViolationRow, 'camera' | 'cameraId'>): string {
  if (camera === null) return cameraId;
  return camera.removed ? `${camera.name} (removed)` : camera.name;
}

/** A title for a violation type. An unknown type is shown as its name with spaces. */
export function violationTitle(violationType: string): string {
  return titles[violationType] ?? sentenceCase(violationType.replaceAll('_', ' '));
}

/** A sentence that explains a violation of this type. */
export function violationMeaning(violationType: string, zoneName: string | null): string {
  const where = zoneName === null ? 'in the picture' : `in the zone “${zoneName}”`;
  if (violationType === 'hand_no_scooper') {
    return `A hand ${where} touched the pizza and no scooper was in that hand.`;
  }
  if (violationType === 'restricted_zone') return `Somebody or something was ${where} that must stay out.`;
  return `The rule “${violationTitle(violationType)}” was broken ${where}.`;
}

const titles: Readonly<Record<string, string>> = {
  hand_no_scooper: 'Hand without scooper',
  restricted_zone: 'In a restricted zone',
  bare_hand_from_bin: 'Bare hand from bin',
};

/** Words for the part of a box that must be in a zone. */
export const anchorWords: Readonly<Record<Anchor, string>> = {
  CENTRE: 'its centre',
  BOTTOM_CENTRE: 'its lower edge',
  OVERLAP: 'its area',
  UNKNOWN: 'what only a newer version knows',
};

export const riskWords: Readonly<Record<RiskLevel, string>> = {
  LOW: 'Low risk',
  MEDIUM: 'Medium risk',
  HIGH: 'High risk',
  UNKNOWN: 'Unknown risk',
};

export const closeReasonWords: Readonly<Record<CloseReason, string>> = {
  GAP: 'It was over for longer than the gap tolerance.',
  ENDED: 'The recording or stream ended.',
  RULE_CHANGED: 'The rule or its zone was changed.',
  UNSEEN: 'No picture was looked at for too long to say that it went on.',
  CLOCK_SET_BACK: 'The clock was over a day ahead and was set right. The times above are of the wrong clock.',
  UNKNOWN: 'For a reason that only a newer version knows.',
};

export const roleWords: Readonly<Record<Role, string>> = {
  ADMIN: 'Administrator',
  OPERATOR: 'Operator',
  MANAGER: 'Manager',
  ANALYST: 'Analyst',
  VIEWER: 'Viewer',
  UNKNOWN: 'Unknown role',
};

export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
