import { digestAuthorization } from './http-digest.ts';
import { OnvifError } from './onvif-error.ts';
import { type CameraServer, type Post, type PostAnswer, placeOf, post } from './post.ts';
import { envelope, faultOf, type OnvifLogin, parseSoap, type SoapAnswer, usernameToken } from './soap.ts';

const CALL_WITHIN_MS = 5_000;
/** All calls to a camera together. */
export const ALL_WITHIN_MS = 12_000;

/** All answers of a camera together, since reading hostile XML costs up to a second for each MB. */
const MOST_BYTES_OF_CAMERA = 1024 * 1024;

export interface OnvifCall {
  readonly path: string;
  /** Namespace of the service. */
  readonly namespace: string;
  readonly name: string;
  /** Content of the request's element, as XML. */
  readonly content?: string;
}

/** The camera understood the request and refuses it, for a reason that is not the login. */
export class OnvifFault extends OnvifError {}

/** Requests to one camera within one span of time. */
export class OnvifSession {
  readonly server: CameraServer;
  readonly #login: OnvifLogin | undefined;
  readonly #now: () => number;
  readonly #end = performance.now() + ALL_WITHIN_MS;
  readonly #budget = { bytesLeft: MOST_BYTES_OF_CAMERA };
  /** The camera's clock minus this machine's, in ms; null: not known. */
  clockSkewMs: number | null = null;

  constructor(server: CameraServer, login: OnvifLogin | undefined, now: () => number) {
    this.server = server;
    this.#login = login;
    this.#now = now;
  }

  /** Calls without the login, as the camera's clock is asked. Undefined: the camera wants a login for this, too. */
  async callOpenly(call: OnvifCall): Promise<unknown> {
    const answer = await this.#post(call, '');
    if (answer.status === 401 || answer.status === 403) return undefined;
    const soap = this.#soapOf(answer);
    return faultOf(soap) === undefined ? soap.body : undefined;
  }

  /** Calls with the login, if there is one. Throws OnvifError. */
  async call(call: OnvifCall): Promise<unknown> {
    let answer = await this.#post(call, this.#token());
    if (answer.status === 401 && this.#login !== undefined && answer.challenges.length > 0) {
      const authorization = digestAuthorization(answer.challenges, { method: 'POST', path: call.path, ...this.#login });
      answer = await this.#post(call, this.#token(), { authorization });
    }
    if (answer.status === 401) throw this.#refusedLogin();
    const soap = this.#soapOf(answer);
    const fault = faultOf(soap);
    if (fault === undefined) return soap.body;
    if (fault.refusesLogin) throw this.#refusedLogin();
    throw new OnvifFault('address', `the camera refuses ${call.name}: ${fault.text}`);
  }

  #post(call: OnvifCall, header: string, headers: Readonly<Record<string, string>> = {}): Promise<PostAnswer> {
    const { path, namespace, name, content = '' } = call;
    const withinMs = Math.min(CALL_WITHIN_MS, Math.ceil(this.#end - performance.now()));
    if (withinMs <= 0)
      throw new OnvifError(
        'address',
        `${placeOf(this.server)} takes longer than ${ALL_WITHIN_MS / 1_000} s for its answers: try again when the camera has less to do`,
      );
    const sent: Post = {
      ...{ path, withinMs, budget: this.#budget },
      body: envelope(header, `<${name} xmlns="${namespace}">${content}</${name}>`),
      headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${namespace}/${name}"`, ...headers },
    };
    return post(this.server, sent);
  }

  #token(): string {
    return this.#login === undefined ? '' : usernameToken(this.#login, this.#now() + (this.clockSkewMs ?? 0));
  }

  #soapOf({ status, body }: PostAnswer): SoapAnswer {
    const place = placeOf(this.server);
    if (status === 404 || status === 405)
      throw new OnvifError(
        'address',
        `${place} has no ONVIF service at this path (${status}): turn ONVIF on in the camera's settings, or give the whole address that its manual names`,
      );
    if (status === 403)
      throw new OnvifError(
        'login',
        `${place} forbids this (403): give its user the right to ONVIF, or take this machine into the list of addresses that the camera allows`,
      );
    if (status === 429 || status === 503)
      throw new OnvifError(
        'address',
        `${place} is busy or has locked this machine out (${status}): wait some minutes, then try again`,
      );
    return parseSoap(body, place);
  }

  #refusedLogin(): OnvifError {
    if (this.#login === undefined)
      return new OnvifError('login', 'the camera asks for a login: give user and password of its ONVIF user');
    return new OnvifError(
      'login',
      `the camera refuses this user and password. Many cameras have ONVIF users of their own: create one in the settings of the camera (ONVIF or integration), or check the letters${
        this.clockSkewMs === null ? '. It does not tell its time: if its clock is wrong, set that first' : ''
      }`,
    );
  }
}
