/** Says that this process runs, in the form of all processes. Needs nobody signed in and no other process. */
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json({ status: 'healthy', service: 'dashboard', details: {} });
}
