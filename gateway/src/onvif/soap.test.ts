import { expect, test } from 'vitest';
import { parseSoap } from './soap.ts';

const envelope = (body: string): string => `<E:Envelope xmlns:E="x"><E:Body>${body}</E:Body></E:Envelope>`;

test('a name longer than any of ONVIF is refused before it is read; long texts, comments and CDATA are not', () => {
  const long = 'x'.repeat(201);
  for (const body of [`<${long}/>`, `<a><b></${long}></a>`, `<p:${long} q="1">`])
    expect(() => parseSoap(envelope(body), 'it')).toThrow(/no ONVIF message/);
  const texts = `<a b="${long}">${long}<!--${long}--><![CDATA[${long}]]></a>`;
  expect(parseSoap(envelope(texts), 'it').body).toMatchObject({ a: { '@b': long } });
});
