/** A refusal of the sessions' API. `isFinal`: trying again changes nothing. */
export class SessionError extends Error {
  readonly code = 'SESSION';
  readonly retriable: boolean;

  constructor(message: string, isFinal: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retriable = !isFinal;
  }
}

const TIMEOUT_MS = 10_000;

/** Creates and starts a session of one camera. Returns its id. Throws SessionError. */
export async function startSession(cameraId: string): Promise<string> {
  const { sessionId } = (await post('create', { cameraIds: [cameraId] })) as { readonly sessionId: string };
  await post(`${sessionId}/start`, {});
  return sessionId;
}

/** Deletes a session, also while the page is being left. A session that stays ends by itself. */
export function deleteSession(sessionId: string): void {
  fetch(`/api/v1/session/${sessionId}`, {
    method: 'DELETE',
    headers: { 'x-sightline-request': '1' },
    keepalive: true,
  }).catch(() => {});
}

async function post(path: string, body: object): Promise<unknown> {
  const answer = await fetch(`/api/v1/session/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new SessionError('Sightline does not answer', false, { cause });
  });
  if (answer.ok) return answer.json();
  const { detail = answer.statusText } = (await answer.json().catch(() => ({}))) as { readonly detail?: string };
  const again = answer.status === 429 || answer.status === 404 || answer.status >= 500;
  throw new SessionError(detail, !again);
}
