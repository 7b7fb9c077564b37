import { createHash, randomBytes } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { OnvifError } from './onvif-error.ts';

export interface OnvifLogin {
  readonly user: string;
  readonly password: string;
}

/** Elements that may come once or often. They are always lists. */
const LISTS = ['Service', 'Profiles', 'ProbeMatch'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  maxNestedTags: 50,
  jPath: false, // the path of every element as text would cost its depth times the length of its names
  isArray: name => LISTS.includes(name),
});
/** A name longer than any of ONVIF's. Comments, CDATA and processing instructions are none. */
const LONG_NAME = /<\/?[^\s<>/!?][^\s<>/]{200}/;
const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** A SOAP 1.2 envelope. `header` and `body` are XML. */
export const envelope = (header: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

/** The login as WS-Security UsernameToken with a digest, created at `atMs` by the camera's clock. */
export function usernameToken({ user, password }: OnvifLogin, atMs: number): string {
  const nonce = randomBytes(16);
  const created = new Date(atMs).toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
  const type = `${WSS}-username-token-profile-1.0#PasswordDigest`;
  const encoding = `${WSS}-soap-message-security-1.0#Base64Binary`;
  return `<Security s:mustUnderstand="1" xmlns="${WSS}-wssecurity-secext-1.0.xsd"><UsernameToken><Username>${escaped(user)}</Username><Password Type="${type}">${digest}</Password><Nonce EncodingType="${encoding}">${nonce.toString('base64')}</Nonce><Created xmlns="${WSS}-wssecurity-utility-1.0.xsd">${created}</Created></UsernameToken></Security>`;
}

/** Text as content of an XML element. Characters that XML does not have are left out. */
export const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, found => `&#${found.charCodeAt(0)};`);

export interface SoapAnswer {
  readonly header: unknown;
  readonly body: unknown;
}

/**
 * Reads a SOAP message. Names have no prefixes, attributes begin with @, all values are texts. A document type is refused before it is
 * read, as SOAP 1.2 forbids it, so no entity can grow. O(characters). Throws OnvifError. `place`: who sent it.
 */
export function parseSoap(xml: string, place: string): SoapAnswer {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml))
    throw new OnvifError(
      'address',
      `${place} answers with a document type definition, which SOAP forbids, so it is not read: check that this is the address of a camera`,
    );
  if (LONG_NAME.test(xml)) throw new OnvifError('address', noSoap(xml, place));
  const root = parsed(xml);
  const found = isObject(root) ? root.Envelope : undefined;
  if (!isObject(found) || !('Body' in found)) throw new OnvifError('address', noSoap(xml, place));
  return { header: found.Header, body: found.Body };
}

function parsed(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch {
    return undefined;
  }
}

function noSoap(xml: string, place: string): string {
  if (/<html/i.test(xml.slice(0, 2_000)))
    return `${place} answers with a web page instead of ONVIF: turn ONVIF on in the camera's settings, or give its ONVIF port (80, 8000, 8080 and 8899 are common)`;
  return `${place} answers with something that is no ONVIF message: check that this is a camera with ONVIF turned on, and its port`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The reason of a fault, for a person; undefined: the message is none. */
export function faultOf({ body }: SoapAnswer): { readonly text: string; readonly refusesLogin: boolean } | undefined {
  const fault = isObject(body) ? body.Fault : undefined;
  if (fault === undefined) return undefined;
  const all = textsOf(fault, 0);
  return {
    text: (all.find(text => text.includes(' ')) ?? all.at(-1) ?? 'without a reason').slice(0, 200),
    refusesLogin: all.some(text =>
      /not\s?authori[sz]ed|unauthori[sz]ed|failedauthentication|invalidsecurity/i.test(text),
    ),
  };
}

/** All texts inside, in order. Attributes are left out. */
function textsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value.replace(/\p{Cc}/gu, ' ')];
  if (!isObject(value) || depth > 8) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name.startsWith('@') ? [] : textsOf(inner, depth + 1)));
}
