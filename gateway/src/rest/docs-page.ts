import type { App } from './app-env.ts';

const escaped = (text: string): string => text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name?: string;
    readonly in?: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: object;
  }[];
  readonly responses?: Readonly<Record<string, unknown>>;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const rows = (operation.parameters ?? []).map(
    ({ name = '', in: place = '', required, description = '', schema }) =>
      `<tr><td><code>${escaped(name)}</code>${required ? ' *' : ''}</td><td>${escaped(place)}</td><td>${escaped(description)} <small>${escaped(JSON.stringify(schema ?? {}))}</small></td></tr>`,
  );
  const answers = Object.keys(operation.responses ?? {}).join(', ');
  return `<section><h2><b>${method.toUpperCase()}</b> <code>${escaped(path)}</code></h2><p>${escaped(operation.summary ?? '')}</p>${
    rows.length > 0 ? `<table>${rows.join('')}</table>` : ''
  }<p><small>Answers: ${escaped(answers)}</small></p></section>`;
}

/** Writes the REST API's OpenAPI document as one HTML page without scripts or other files. */
export function docsPage(app: App): string {
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Sightline', version: '1' } });
  const sections = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => operationHtml(method, path, operation as Operation)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sightline API</title>
<style>:root{color-scheme:light dark;font:15px/1.5 system-ui}body{max-width:56rem;margin:2rem auto;padding:0 1rem}
section{border-top:1px solid #8884;padding:.5rem 0}h2{font-size:1rem}table{border-collapse:collapse;width:100%}td{padding:.15rem .6rem .15rem 0;vertical-align:top}small{opacity:.7}</style>
<h1>Sightline API</h1><p>The document for tools is at <a href="/openapi.json">/openapi.json</a>; GraphQL is at <code>/graphql</code>, its live stream <code>violationEvents</code> by SSE or graphql-ws. The WebSocket of a camera session is <code>/ws/{id}</code>: <code>start</code> below describes its messages.</p>
${sections.join('\n')}</html>`;
}
