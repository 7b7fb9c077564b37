/** What came of a change, as the gateway answers. */
interface Outcome {
  readonly __typename: string;
  readonly message?: string;
}

const UNKNOWN = 'Nothing was changed. Reload the page and look again.';

/** Asks for a change. Resolves with why it was refused; undefined: it is done. Never throws. */
export async function refusalOf(change: () => Promise<Outcome>): Promise<string | undefined> {
  try {
    const answer = await change();
    switch (answer.__typename) {
      case 'Invalid':
        return answer.message ?? UNKNOWN;
      case 'Conflict':
        return `Nothing was changed: ${answer.message}. Reload the page and look again.`;
      case 'Pending':
        return 'Written, but not confirmed yet. Look again in a moment.';
      default:
        return undefined;
    }
  } catch (error) {
    return error instanceof Error ? error.message : UNKNOWN;
  }
}
