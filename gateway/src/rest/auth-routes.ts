import { createRoute, z } from '@hono/zod-openapi';
import { SESSION_COOKIE } from '../auth/authentication.ts';
import { DEVICE_COOKIE, DEVICE_SECONDS } from '../auth/device.ts';
import { SESSION_SECONDS } from '../auth/sessions.ts';
import type { Viewer } from '../auth/viewer.ts';
import { ClientError } from '../errors.ts';
import type { App, AppParts } from './app-env.ts';
import { problems } from './schemas.ts';

const User = z
  .object({
    userId: z.string(),
    login: z.string(),
    role: z.enum(['admin', 'operator', 'manager', 'analyst', 'viewer', 'unknown']),
    storeIds: z.array(z.string()).nullable().openapi({ description: 'Stores granted; null: all.' }),
  })
  .openapi('User');

const Credentials = z
  .object({ login: z.string().min(1).max(200), password: z.string().min(1).max(1_000) })
  .openapi('Credentials');

const SignedIn = z
  .object({
    token: z.string().openapi({ description: 'Send it in the header Authorization: Bearer TOKEN.' }),
    user: User,
  })
  .openapi('SignedIn');

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

const login = createRoute({
  method: 'post',
  path: '/auth/login',
  summary:
    'Signs in: sets the session cookie and returns the same token. At most ten wrong attempts a minute, fewer after many wrong ones.',
  request: { body: { content: { 'application/json': { schema: Credentials } }, required: true } },
  responses: { 200: json(SignedIn, 'Signed in.'), ...problems(400, 401, 413, 429, 503) },
});

const logout = createRoute({
  method: 'post',
  path: '/auth/logout',
  summary: 'Ends the session.',
  responses: { 204: { description: 'Signed out.' }, ...problems(401, 403) },
});

const me = createRoute({
  method: 'get',
  path: '/auth/me',
  summary: 'The signed-in user.',
  responses: { 200: json(User, 'The user.'), ...problems(401) },
});

const userOf = ({ userId, login, role, storeIds }: Viewer): z.infer<typeof User> => ({
  userId,
  login,
  role,
  storeIds: storeIds === null ? null : [...storeIds],
});

function cookieText(name: string, value: string, path: string, maxAgeSeconds: number, secure: boolean): string {
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}

export function authRoutes(app: App, { authentication }: AppParts): void {
  app.openapi(login, async context => {
    const { login: name, password } = context.req.valid('json');
    const signedIn = await authentication.signIn(name, password, context.get('credentials'));
    if (signedIn === undefined) throw new ClientError('the login or the password is wrong', 'UNAUTHENTICATED', 401);
    const { token, device, viewer } = signedIn;
    const secure = context.req.header('x-forwarded-proto') === 'https';
    context.header('set-cookie', cookieText(SESSION_COOKIE, token, '/', SESSION_SECONDS, secure));
    if (device !== undefined) {
      const text = cookieText(DEVICE_COOKIE, device, '/auth', DEVICE_SECONDS, secure);
      context.header('set-cookie', text, { append: true });
    }
    return context.json({ token, user: userOf(viewer) }, 200);
  });
  app.openapi(logout, async context => {
    await authentication.signOut(context.get('credentials'));
    context.header('set-cookie', cookieText(SESSION_COOKIE, '', '/', 0, false));
    return context.body(null, 204);
  });
  app.openapi(me, context => context.json(userOf(context.get('identity').viewer), 200));
}
